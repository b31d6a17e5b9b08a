"""One spelling for each URL: the one that is fetched and stands in the ledger.

Only what cannot change the answer is changed (RFC 3986, clause 6.2; URL Standard), and what says
how a reader came is left away. ``www.``, ``http:``, a slash at the end, ``index.html``: whether
these make a difference only the site knows, and it tells, by a redirect or by its canonical link.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from archive.urlkey import DEFAULT_PORTS, MAX_LENGTH, is_url

#: Browsers drop these wherever they stand in a URL (URL Standard, clause 4.4).
_BREAKS = str.maketrans("", "", "\t\r\n")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
#: A URL that has its one spelling already, as nearly all of a sitemap have, if its query has.
_PLAIN = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*)((?:/[A-Za-z0-9_~][\w.~,=:@+-]*)*/?)"
    r"(?:\?([\w.~,=:+&-]+))?",
    re.ASCII,
)
#: Parameters that say how a reader came, not what they read.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(?:campaign|kwd|source|medium|content)|piwik_.*|matomo_.*|at_(?:medium"
    r"|campaign|custom\d|link_\w+|ptr_name|bbc_team|format)|ns_(?:source|mchannel|campaign"
    r"|linkname|fee)|fb_(?:action_ids|action_types|source|ref)|oly_(?:enc|anon)_id"
    r"|[fgydmt]\w?clid|msclkid|twclid|ttclid|ysclid|erid|gbraid|wbraid|srsltid|igshid|igsh|mc_[ce]id"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|vero_id|li_fat_id|s_kwcid|s_cid|smid|ocid|cmpid|icid|ito|xtor"
    r"|wt_mc|wtmc|_?openstat|roistat|rb_clickid|__twitter_impression|ref_src|ref_url|guccounter"
    r"|guce_referrer(?:_sig)?",
    re.IGNORECASE,
)
#: Parameters that often say how a reader came, where their value is a word or a host. A number or
#: a date is an offset or the beginning of a span of time.
_CAME_FROM = re.compile(r"from=(?:|[a-z][^&]*)|ref=[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_SESSION = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w{8}|cfid|cftoken)=.*"
    r"|(?:sid|sessid|session|session_?id|s)=(?=[a-z-]*\d)[0-9a-z-]{16,}",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/?;]*|/\([A-Z]\([0-9a-z]{10,}\)\)(?=/)", re.IGNORECASE
)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: A scheme's own slashes stay two: a path may hold another URL.
_SLASHES = re.compile(r"(?<![:/])/{2,}")
_DOTS = re.compile(r"/\.\.?(?:/|$)")


class Spelled(NamedTuple):
    """A URL in its one spelling, and its parts."""

    url: str
    host: str
    path: str
    query: str = ""


def clean(url: str, *, whole: bool = False) -> str | None:
    """Return a URL as it is fetched and written into the ledger, or None if it is no http(s) URL.

    Args:
        url: absolute.
        whole: keep path and query as they are: what a page embeds is fetched under the very name
            it has there.

    >>> clean("HTTPS://Example.org:443//a/./%7eb?utm_source=x&id=1#top")
    'https://example.org/a/~b?id=1'
    """
    found = spelled(url, whole=whole)
    return None if found is None else found.url


def spelled(url: str, *, whole: bool = False) -> Spelled | None:
    """Return what `clean` does, taken apart."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None and plain[2] and len(url) <= MAX_LENGTH:
        host, path, query = plain.groups("")
        if not query or _clean_query(query) == query:
            return Spelled(url, host, path, query)
    text = url.strip().partition("#")[0].translate(_BREAKS)
    try:
        text = text if text.isascii() and " " not in text else _encoded(text)
    except ValueError:
        return None
    if not is_url(text):
        return None
    parts = urlsplit(text)
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{parts.port}"
    path, query = parts.path or "/", parts.query
    if not whole:
        path, query = _clean_path(path), _clean_query(query)
    return Spelled(urlunsplit((parts.scheme, netloc, path, query, "")), host, path, query)


def _encoded(url: str) -> str:
    """Return a URL with letters of other alphabets and blanks as they go over the wire.

    Raises:
        ValueError: it has a host that cannot be one, or half a character.
    """
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    path, query = (quote(part, safe=_PRINTABLE) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host, path, query, ""))


def _clean_path(path: str) -> str:
    if "%" in path:
        path = _ESCAPE.sub(_escape, path)
    if ";" in path or "(" in path:
        path = _SESSION_PATH.sub("", path) or "/"
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return _without_dots(path) if _DOTS.search(path) else path


def _without_dots(path: str) -> str:
    """Return a path without ``.`` and ``..`` (RFC 3986, clause 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _clean_query(query: str) -> str:
    if not query:
        return ""
    if "%" in query:
        query = _ESCAPE.sub(_escape, query)
    kept = []
    for argument in query.split("&"):
        name = argument.partition("=")[0]
        tracks = _TRACKING.fullmatch(name) or _CAME_FROM.fullmatch(argument)
        if argument and not tracks and not _SESSION.fullmatch(argument):
            kept.append(argument)
    return "&".join(kept)


def _escape(match: re.Match[str]) -> str:
    """Return an escaped octet in its normal form (RFC 3986, clauses 6.2.2.1 and 6.2.2.2)."""
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
