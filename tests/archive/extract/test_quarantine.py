"""Pages that stand in for an article, and articles that look a little like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.quarantine import suspect

URL = "https://www.example.com/2024/10/23/ferry"
PROSE = (
    "The river rose four meters overnight and stood at the doors of the old customs house by "
    "morning, the harbor office said, and the night ferry stayed on the far bank with nineteen "
    "passengers who had planned to be home for supper. "
)
MENU = "<nav>" + "".join(f"<a href=/{n}>Section {n}</a>" for n in range(30)) + "</nav>"
STATED = "<meta property='article:published_time' content='2024-10-23T08:15:00Z'>"


def page(title: str = "", body: str = "", head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    ).encode()


CHALLENGES = {
    "Cloudflare, challenge": page(
        "Just a moment...",
        "<h1>www.example.com</h1><p>Verifying you are human. This may take a few seconds.</p>"
        "<script>(function(){window._cf_chl_opt={cvId:'3'}})()</script>",
    ),
    "Cloudflare, in Russian": page(
        "Один момент…", "<noscript>Включите JavaScript</noscript><script>_cf_chl_opt={}</script>"
    ),
    "DataDome": page(
        "example.com",
        "<p id=cmsg>Please enable JS and disable any ad blocker</p>"
        "<script>var dd={'host':'geo.captcha-delivery.com'}</script>",
    ),
    "PerimeterX": page(
        "Access to this page has been denied", "<h1>Press and hold</h1><div id=px-captcha></div>"
    ),
    "Akamai": page("Challenge", "<div id='sec-if-cpt-container'></div>"),
    "Imperva": page(
        "", "<iframe src='/x'>Request unsuccessful. Incapsula incident ID: 1-2</iframe>"
    ),
    "Qrator": page("", "<script src='/__qrator/qauth_utm_v2.js'></script>"),
    "DDoS-Guard": page("DDoS-Guard", "<h1>Проверка браузера перед переходом на сайт</h1>"),
    "Yandex": page("Вы не робот?", "<form class=CheckboxCaptcha-Form>Я не робот</form>"),
    "AWS WAF": page("", "<script>window.gokuProps={}</script><h1>Let us check something</h1>"),
    "hCaptcha and nothing else": page("example.com", "<form><div class='h-captcha'></div></form>"),
    "reCAPTCHA, with a menu": page("Robot check", MENU + "<div class='g-recaptcha'></div>"),
    "no vendor, Ukrainian": page("Новини", "<p>Підтвердьте, що ви не робот</p>"),
    "no vendor": page("example.com", "<p>Please confirm that you are not a robot to go on.</p>"),
}
BLOCKS = {
    "Akamai": page(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this. Reference&#32;&#35;18.f"
        "<p>https&#58;&#47;&#47;errors.edgesuite.net&#47;18.f <a href='//errors.edgesuite.net/1'>",
    ),
    "Cloudflare": page("Blocked", "<div id='cf-error-details'>Sorry, you have been blocked</div>"),
    "geographic": page("News", "<p>This content is not available in your country.</p>"),
    "403 in Russian": page("Доступ запрещён", "<p>Ваш IP-адрес 192.0.2.1 заблокирован.</p>"),
}
CONSENTS = {
    "a gate": page(
        "Privacy Gate",
        "<p>We and our 842 partners store and/or access information on a device.</p>",
    ),
    "before you continue": page(
        "Before you continue", "<p>We use cookies.</p><button>Accept all</button>"
    ),
    "German": page("Zeitung", "<p>Lesen mit Werbung</p><button>Alle akzeptieren</button>"),
    "Russian": page("Согласие", "<p>Мы используем файлы cookie.</p><button>Принять все</button>"),
}
LOGINS = {
    "English": page("Sign in | Example", "<form><input name=p type=password></form>" + MENU),
    "Russian": page("Вход", "<form><input type='password'></form>"),
    "German": page("Anmelden", "<form><input type='password'></form>"),
}
STUBS = {
    "English": page("Ferry returns", f"<p>{PROSE}</p><p>Subscribe to continue reading.</p>"),
    "Russian": page(
        "Паром вернулся",
        "<p>Паром вернулся в гавань с сотней пассажиров на борту, сообщили в порту.</p>"
        "<p>Чтобы читать дальше, оформите подписку.</p>",
        STATED,
    ),
}
MISSING = {
    "English": page("Page not found | Example", MENU + f"<p>{PROSE}</p>"),
    "heading": page("Example", MENU + "<h1>We couldn’t find your page</h1>"),
    "Russian": page("Страница не найдена", MENU),
    "in capitals": b"<HTML><TITLE>Example</TITLE><H1>Page not found</H1>",
}
EMPTY = {
    "bytes": b"",
    "blanks": b" \r\n ",
    "an empty body": page("", "<div id=x></div>"),
}
CASES = [
    pytest.param(reason, html, id=f"{reason}: {name}")
    for reason, pages in {
        "captcha": CHALLENGES,
        "block-page": BLOCKS,
        "consent-wall": CONSENTS,
        "login-wall": LOGINS,
        "paywall-stub": STUBS,
        "not-found": MISSING,
        "empty": EMPTY,
    }.items()
    for name, html in pages.items()
]


@pytest.mark.parametrize(("reason", "html"), CASES)
def test_what_stands_in_for_an_article(reason: str, html: bytes) -> None:
    found = suspect(200, html, URL)
    assert found is not None
    assert found.reason == reason
    assert found.detail


ARTICLES = {
    "on captchas": page("Are CAPTCHAs dead?", f"<h1>Are you a robot?</h1><p>{PROSE * 8}</p>"),
    "on Cloudflare": page(
        "Cloudflare is down",
        f"<p>Visitors saw “Just a moment...” and cf-chl- codes. {PROSE * 8}</p>",
    ),
    "a short one on captchas": page(
        "Captcha firm sold", f"<h1>Captcha firm sold</h1><p>{PROSE}</p>", STATED
    ),
    "with a captcha in the comment form": page(
        "Ferry returns",
        f"<p>{PROSE * 2}</p><form><div class=g-recaptcha></div>Verify you are human</form>",
        STATED + "<script src='https://www.google.com/recaptcha/api.js'></script>",
    ),
    "with a consent banner": page(
        "Ferry returns",
        f"<p>{PROSE * 5}</p><div id=onetrust-consent-sdk>We value your privacy. Accept all</div>",
    ),
    "behind a vendor that lets us in": page(
        "Ferry returns",
        f"<p>{PROSE}</p><script>window._pxAppId='PX1'</script>"
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
        "<script src='https://js.datadome.co/tags.js'></script>",
        STATED,
    ),
    "the beginning, and then a paywall": page(
        "Ferry returns", f"<p>{PROSE}</p><p>Subscribe to continue reading.</p>", STATED
    ),
    "metered": page(
        "Ferry returns",
        f"<p>{PROSE * 6}</p><p>Subscribe to continue reading.</p>"
        '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
        STATED,
    ),
    "with a form to log in": page(
        "Ferry returns", f"<form><input type=password></form><p>{PROSE}</p>", STATED
    ),
    "not found, in a headline": page(
        "Body of diver not found", f"<h1>Body of diver not found</h1><p>{PROSE}</p>", STATED
    ),
    "in data only": page(
        "Ferry returns",
        '<div id=app></div><script type="application/ld+json">{"articleBody": "'
        + PROSE * 4
        + '"}</script>',
    ),
    "a frame that a script fills": page("App", f"<script>{'f(1);' * 500}</script><div id=app>"),
    "Chinese": page("渡轮回来了", f"<p>{'渡轮在星期三带着一百名乘客回到了港口。' * 20}</p>"),
    "in UTF-16": page("Ferry", f"<p>{PROSE}</p>").decode().encode("utf-16"),
}


@pytest.mark.parametrize("html", ARTICLES.values(), ids=ARTICLES)
def test_what_is_no_stand_in(html: bytes) -> None:
    assert suspect(200, html, URL) is None


@pytest.mark.parametrize(
    "headline",
    [
        "404 migrants rescued off Libya",
        "403 prisoners of war return home",
        "Missing hiker not found after a week",
        "Why police could not find the killer",
        "Security checks tightened at airports",
        "One more step toward peace",
        "Un instant de grâce à Roland-Garros",
        "Access denied: how reporters were kept out of court",
        "Captcha firm sold for a billion",
        "Register of voters stolen",
        "Регистрация кандидатов завершена",
        "Тело водолаза не найдено, поиски прекращены",
        "Доступ ограничен: что известно о блокировках",
    ],
)
def test_a_headline_is_no_message(headline: str) -> None:
    body = f"<form><input type=password></form><h1>{headline}</h1><p>{PROSE * 4}</p>"
    assert suspect(200, page(headline, body), URL) is None


@pytest.mark.parametrize(
    "message",
    [
        "404",
        "404 | Example",
        "404 Not Found",
        "404 - страница не найдена",
        "Ошибка 404",
        "Not found",
        "Example: not found",
        "Nothing found",
        "Sorry, we can’t find that page",
        "This story does not exist",
        "Материал не найден",
    ],
)
def test_a_message_is_no_headline(message: str) -> None:
    found = suspect(200, page(message, MENU), URL)
    assert found is not None
    assert found.reason == "not-found"


@pytest.mark.parametrize(
    ("status", "html", "reason"),
    [
        (401, page("x"), "login-wall"),
        (402, page("x"), "paywall-stub"),
        (403, page("Forbidden"), "block-page"),
        (403, CHALLENGES["Cloudflare, challenge"], "captcha"),
        (429, page("Too many requests"), "block-page"),
        (451, page("x", PROSE * 9), "block-page"),
        (503, CHALLENGES["Qrator"], "captcha"),
        (503, page("Service unavailable"), None),
        (404, page("Page not found"), None),
        (410, b"", None),
        (301, b"", None),
        (500, b"", None),
    ],
)
def test_by_status(status: int, html: bytes, reason: str | None) -> None:
    found = suspect(status, html, URL)
    assert (found and found.reason) == reason


def test_in_the_charset_of_the_page() -> None:
    html = "<title>Страница не найдена</title><p>Попробуйте поиск".encode("cp1251")
    found = suspect(200, html, URL, charset="windows-1251")
    assert found is not None
    assert found.detail == "Страница не найдена"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [b"<script", b"</script>", b"<!--", b"-->", b"<title>", b"<h1>", b"<", b">",
                 b"&#x;", b"\xff", b"word ", b"<svg", b"charset=", b"utf-16"]
            ),
            max_size=60,
        ).map(b"".join),
    ),
    st.integers(0, 999),
)  # fmt: skip
def test_it_takes_whatever_comes(html: bytes, status: int) -> None:
    suspect(status, html, URL)


@pytest.mark.parametrize(
    "html",
    [
        b"<" * 1_000_000,
        b"<title>" * 150_000,
        b"<script>" * 120_000,
        b"<h1>" * 250_000,
        b"<a " + b"a" * 1_000_000,
        b"<input " * 150_000,
        b"&#" * 500_000,
        b"<!-- " * 200_000,
        b"<p>word " * 130_000,
    ],
    ids=lambda html: html[:8].decode(),
)
def test_it_takes_time_in_proportion(html: bytes) -> None:
    begun = time.process_time()
    suspect(200, html, URL)
    assert time.process_time() - begun < 1.5
