"""URLs: which ones we take, and the key (SURT) under which a capture is looked up.

The canonicalisation is the one that OpenWayback, pywb and cdxj-indexer share, so that our CDXJ
sorts and joins with theirs: scheme, ``www``, userinfo, default port, fragment and session ids
fall away, letters are folded, dot segments resolved, the query sorted.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from archive.errors import UsageError

DEFAULT_PORTS = {"http": 80, "https": 443}
#: No URL longer than this is fetched, stored or looked up (characters).
MAX_LENGTH = 4096

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f]")
_WWW = re.compile(r"www\d*\.")
#: Everything printable stays as it is, but for ``%`` and ``#``, which would change the meaning.
_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "%#")
_SESSION_PATH = re.compile(rb";jsessionid=[0-9a-z]{32}")
_SESSION_ARGUMENT = re.compile(
    rb"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24})"
)


def check_url(url: str) -> str:
    """Return `url`, stripped and without its fragment, if it is an http or https URL.

    >>> check_url("https://www.themoscowtimes.com/news#top")
    'https://www.themoscowtimes.com/news'

    Raises:
        UsageError: it is not absolute, not http(s), too long, or has spaces or controls in it.
    """
    text = url.strip().partition("#")[0]
    shown = text if len(text) <= 100 else text[:100] + "…"
    try:
        parts = urlsplit(text)
        well_formed = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or len(text) > MAX_LENGTH or _FORBIDDEN.search(text):
        raise UsageError(f"not an http or https URL: {shown!r}")
    return text


def is_url(url: str) -> bool:
    """Tell whether `check_url` takes `url`."""
    try:
        check_url(url)
    except UsageError:
        return False
    return True


def urlkey(url: str) -> str:
    """Return the SURT of an http or https URL.

    >>> urlkey("https://www.themoscowtimes.com/2024/10/23/north-korea-a86785?b=2&a=1#top")
    'com,themoscowtimes)/2024/10/23/north-korea-a86785?a=1&b=2'

    Whatever the string is, a key comes out: a URL that cannot be taken apart is its own key.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not host:
        return url
    key = ",".join(reversed(_host(host).split(".")))
    if port is not None and port != DEFAULT_PORTS.get(parts.scheme):
        key += f":{port}"
    key += ")" + _path(parts.path)
    query = _query(parts.query)
    return f"{key}?{query}" if query else key


def _host(host: str) -> str:
    host = host.lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote_from_bytes(host.encode("utf-8", "replace"))
    host = re.sub(r"\.{2,}", ".", host).strip(".")
    return _WWW.sub("", host, count=1) if _WWW.match(host) else host


def _path(path: str) -> str:
    kept: list[bytes] = []
    for segment in _unescape(path).split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    return _escape(_SESSION_PATH.sub(b"", b"/" + b"/".join(kept).lower()))


def _query(query: str) -> str:
    arguments = [
        argument
        for argument in _unescape(query).lower().split(b"&")
        if not _SESSION_ARGUMENT.fullmatch(argument)
    ]
    arguments.sort(key=lambda argument: argument.split(b"=", 1))
    return _escape(b"&".join(arguments))


def _unescape(text: str) -> bytes:
    """Undo percent-encoding until nothing is left of it, as the shared canonicalisers do."""
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(8):
        plain = unquote_to_bytes(data)
        if plain == data:
            break
        data = plain
    return data


def _escape(data: bytes) -> str:
    return quote_from_bytes(data, safe=_SAFE).lower()
