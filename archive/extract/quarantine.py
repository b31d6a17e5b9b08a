"""Pages that stand in for an article: block pages, CAPTCHAs, walls, errors with status 200.

Such a page is no edit of the article whose place it takes, and no article of its own. What gives it
away is its structure: it says little, says it in its title, and carries the marks of whoever made
it. A word is not enough: there are articles about CAPTCHAs, and a CAPTCHA stands below many an
article, in the form for comments. So a page with enough prose is never suspected.

The marks of the vendors are the names in their own pages' markup and scripts, not those of the
scripts that they add to their customers' pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from archive.extract import phrases
from archive.extract.sight import PLENTY, Sight

#: Status codes that say themselves what became of the page.
_BY_STATUS = {
    401: ("login-wall", "status 401"),
    402: ("paywall-stub", "status 402"),
    403: ("block-page", "status 403"),
    429: ("block-page", "status 429"),
    451: ("block-page", "status 451"),
}
#: Where an answer with another status carries a page that may be a vendor's.
_LOOKED_AT = range(200, 600)
#: These say that there is nothing, and are believed.
_HONEST = (304, 404, 410)

#: A page of a vendor has no more prose than this, in words, …
_MOST_OF_A_CHALLENGE = 150
#: … a wall no more words in all, menus included, …
_MOST_OF_A_WALL = 400
#: … a stub no more prose, …
_MOST_OF_A_STUB = 130
#: … or less than this, where the page states that it is an article: more is worth finding, …
_LEAST_OF_A_TEASER = 25
#: … a page that is only a CAPTCHA no more words in all, …
_MOST_OF_A_CAPTCHA = 120
#: … and the title of an error page no more words.
_LONGEST_ERROR_TITLE = 12
#: An empty page shows fewer words than this, and has less script and data, in bytes.
_EMPTY_WORDS = 4
_EMPTY_SCRIPT = 1500


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a page is instead of an article.

    Attributes:
        reason: ``not-found`` (a soft 404), ``block-page``, ``captcha``, ``consent-wall``,
            ``login-wall``, ``paywall-stub`` or ``empty``.
        detail: what gave it away, one line for a person.
    """

    reason: str
    detail: str


class _Vendor(NamedTuple):
    """A page that a firm puts in the place of its customers'.

    Attributes:
        name: of the firm.
        reason: what the page is.
        marks: pieces of its markup, in lower case; each is enough where there is little prose.
    """

    name: str
    reason: str
    marks: tuple[bytes, ...]


_VENDORS = (
    _Vendor(
        "Cloudflare",
        "captcha",
        (
            b"_cf_chl_opt", b"cf-chl-", b"cf-please-wait", b"cf-challenge-running",
            b"cf-browser-verif", b"<title>just a moment...", b"<title>attention required! | cloudf",
        ),
    ),
    _Vendor("Cloudflare", "block-page", (b"cf-error-details", b"cf-error-code")),
    _Vendor(
        "DataDome",
        "captcha",
        (
            b"geo.captcha-delivery.com", b"ct.captcha-delivery.com",
            b"interstitial.captcha-delivery.com",
        ),
    ),
    _Vendor("PerimeterX", "captcha", (b"px-captcha", b"_pxcaptcha", b"captcha.px-cloud.net")),
    _Vendor(
        "Akamai", "captcha", (b"sec-if-cpt-", b"sec-cpt-if", b"/_sec/cp_challenge", b"bm-verify=")
    ),
    _Vendor("Akamai", "block-page", (b"errors.edgesuite.net",)),
    _Vendor(
        "Imperva",
        "captcha",
        (b"incapsula incident id", b"_incapsula_resource?cwudnsai", b"_incapsula_resource?swudn"),
    ),
    _Vendor("Sucuri", "block-page", (b"sucuri website firewall - access denied",)),
    _Vendor("Sucuri", "captcha", (b"sucuri_cloudproxy_js",)),
    _Vendor("AWS WAF", "captcha", (b"gokuprops", b"awswafintegration.forcerefresh")),
    _Vendor(
        "DDoS-Guard",
        "captcha",
        (b"<title>ddos-guard", b"/ddos-guard/js-challenge", b"ddg-l10n-title", b"ddg_challenge"),
    ),
    _Vendor("Qrator", "captcha", (b"/__qrator/qauth", b"/__qrator/validate")),
    _Vendor("Kasada", "captcha", (b"window.kpsdk=", b"window.kpsdk =")),
    _Vendor(
        "Yandex SmartCaptcha",
        "captcha",
        (b"checkboxcaptcha-", b"advancedcaptcha-", b"smartcaptcha-form", b"/showcaptcha?"),
    ),
    _Vendor("Google", "captcha", (b"/sorry/index?", b'id="captcha-form"')),
)  # fmt: skip
#: A vendor's page is no larger than this, or shows what it is before, in bytes.
_VENDORS_WITHIN = 120_000
#: A CAPTCHA that any page may have, and that is all of this one.
_WIDGET = re.compile(
    rb"class=[\"']?[^\"'>]{0,100}\b(?:g-recaptcha|h-captcha|cf-turnstile|smart-captcha|frc-captcha)\b"
    rb"|hcaptcha\.com/captcha|recaptcha/api2?/(?:anchor|bframe)|client-api\.arkoselabs\.com"
)
_PASSWORD = re.compile(rb"<input[^>]{0,400}type\s{0,3}=\s{0,3}[\"']?password")
_CONSENT_MARKUP = re.compile(
    rb"consent\.(?:yahoo|google|youtube)\.com|guccounter|privacy-gate|privacygate|myprivacy\."
    rb"|sp_message_container|sourcepoint|cmp-?wall|onetrust-consent|fc-consent-root|didomi-"
    rb"|qc-cmp2|usercentrics|purabo|pur-abo|contentpass"
)


def suspect(status: int, html: bytes, url: str, *, charset: str | None = None) -> Suspicion | None:
    """Return what a page is instead of the article that was asked for, or None.

    It is a pure function and takes a fraction of the time that extraction takes; it never raises.
    A list of articles, a feed or a picture is no concern of it: ask about articles only.

    Args:
        status: of the answer; 404 and 410 are honest answers and never suspected.
        html: the page's bytes, content-coding removed.
        url: where it was captured, absolute.
        charset: what the ``Content-Type`` of HTTP declared, if anything.
    """
    if status in _HONEST or status not in _LOOKED_AT or 300 <= status < 400:
        return None
    if b"\x00" in html[:1000]:  # UTF-16, or no page at all
        return _by_status(status)
    sight = Sight.of(html, charset)
    if sight.prose >= PLENTY:
        return None if status < 300 else _by_status(status)
    return _challenge(sight) or _by_status(status) or (_stand_in(sight) if status < 300 else None)


def _by_status(status: int) -> Suspicion | None:
    return Suspicion(*_BY_STATUS[status]) if status in _BY_STATUS else None


def _challenge(sight: Sight) -> Suspicion | None:
    """Return the vendor's page that this is."""
    if sight.prose > _MOST_OF_A_CHALLENGE or sight.carries_text:
        return None
    markup = sight.markup[:_VENDORS_WITHIN]
    for vendor in _VENDORS:
        for mark in vendor.marks:
            if mark in markup:
                return Suspicion(vendor.reason, f"{vendor.name}: {mark.decode()}")
    return None


def _stand_in(sight: Sight) -> Suspicion | None:
    """Return what a page with status 200 is, by what it says."""
    if not sight.states_article and (found := _titled(sight)):
        return found
    if sight.prose <= _MOST_OF_A_STUB and not sight.carries_text:
        return _walled(sight)
    return None


def _titled(sight: Sight) -> Suspicion | None:
    """Return what a page says of itself in its title or its heading."""
    few = sight.words <= _MOST_OF_A_WALL
    terse = few and sight.prose <= _MOST_OF_A_CHALLENGE
    for title in sight.titles:
        if len(title.split()) > _LONGEST_ERROR_TITLE:
            continue
        if phrases.NOT_FOUND.search(title):
            return Suspicion("not-found", title)
        if terse and phrases.CAPTCHA_TITLE.search(title):
            return Suspicion("captcha", title)
        if terse and phrases.BLOCK_TITLE.search(title):
            return Suspicion("block-page", title)
        if few and phrases.CONSENT_TITLE.search(title) and _is_consent(sight):
            return Suspicion("consent-wall", title)
        if terse and phrases.LOGIN_TITLE.search(title) and _PASSWORD.search(sight.markup):
            return Suspicion("login-wall", title)
    return None


def _walled(sight: Sight) -> Suspicion | None:
    """Return what a page with little prose says instead of an article."""
    bare = not sight.states_article or sight.prose < _LEAST_OF_A_TEASER
    if bare and (mark := phrases.PAYWALL.search(sight.text)):
        return Suspicion("paywall-stub", mark[0])
    if sight.states_article:
        return None
    few = sight.words <= _MOST_OF_A_CAPTCHA
    if few and (mark := phrases.CAPTCHA_TEXT.search(sight.text)):
        return Suspicion("captcha", mark[0])
    if few and _WIDGET.search(sight.markup):
        return Suspicion("captcha", "a CAPTCHA and nothing else")
    if few and (mark := phrases.BLOCK_TEXT.search(sight.text)):
        return Suspicion("block-page", mark[0])
    if few and _PASSWORD.search(sight.markup):
        return Suspicion("login-wall", "a form for a password and nothing else")
    is_wall = few or (sight.words <= _MOST_OF_A_WALL and _CONSENT_MARKUP.search(sight.markup))
    if is_wall and (mark := phrases.CONSENT_TEXT.search(sight.text)):
        return Suspicion("consent-wall", mark[0])
    if sight.whole and sight.words < _EMPTY_WORDS and sight.script_bytes < _EMPTY_SCRIPT:
        return Suspicion("empty", "nothing to read")
    return None


def _is_consent(sight: Sight) -> bool:
    return bool(phrases.CONSENT_TEXT.search(sight.text) or _CONSENT_MARKUP.search(sight.markup))
