"""Bytes of a page to text: what was declared, checked against what the bytes themselves say.

Servers and pages declare wrong charsets often enough that a declaration is only a hint. The order
is: byte order mark, then UTF-8 if the bytes are valid UTF-8 (no other text of any length is), then
what HTTP and the page's own ``<meta>`` declare, as far as the bytes agree, then a guess.
"""

from __future__ import annotations

import codecs
import re

#: How far into a page a ``<meta>`` with the charset is looked for, in bytes. The HTML standard
#: says 1024; pages are laxer.
PRESCAN = 8192

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")

#: Labels that browsers read as a larger charset (https://encoding.spec.whatwg.org/#names-and-labels).
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
#: Python's own codecs that are no charset, and one that browsers refuse (it hides markup).
_NOT_OF_PAGES = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"))
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
#: The ten commonest letters of Russian; they are among the commonest of Ukrainian and Bulgarian.
_COMMON_CYRILLIC = frozenset("оеаинтсрвл")
#: What tells the East Asian charsets apart: characters that fill a text of the right one.
_EAST_ASIAN = (
    ("cp932", re.compile("[ぁ-んァ-ヶ]")),
    ("euc_jp", re.compile("[ぁ-んァ-ヶ]")),
    ("cp949", re.compile("[가-힣]")),
    ("gb18030", re.compile("[的一是不了在人有我他这中来上大为和国地到]")),
    ("big5hkscs", re.compile("[的一是不了在人有我他這中來上大為和國地到]")),
)


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of a page.

    Args:
        data: the page's bytes, content-coding removed.
        declared: the charset of the HTTP ``Content-Type``, if it had one.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    hints = [name for label in (declared, *_labels_within(data)) if (name := _codec(label))]
    if not _is_escaped(data, hints):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            # A page cut short by its server ends in the middle of a character.
            if error.start > len(data) - 4:
                return data.decode("utf-8", "ignore")
    return data.decode(_choose(data, hints), "replace")


def _labels_within(data: bytes) -> list[str]:
    start = data[:PRESCAN]
    found = [_XML.search(start), _META.search(start)]
    return [match[1].decode("ascii", "ignore") for match in found if match]


def _codec(label: str | None) -> str | None:
    """Return the name of the codec for a charset label, or None if no page can be in it."""
    try:
        name = codecs.lookup((label or "").strip().lower()).name
        b"page".decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return None if name in _NOT_OF_PAGES else _LARGER.get(name, name)


def _is_escaped(data: bytes, hints: list[str]) -> bool:
    """Tell whether an encoding that is not a superset of ASCII was declared and fits the bytes."""
    if not hints or not hints[0].startswith(("utf-16", "utf-32", "iso2022", "hz")):
        return False
    return data.count(0) > len(data) // 4 if hints[0].startswith("utf") else b"\x1b" in data


def _choose(data: bytes, hints: list[str]) -> str:
    if len(hints) > 1 and hints[0] == "cp1252":
        # "ISO-8859-1" in HTTP is a server's default more often than its knowledge.
        hints = [*hints[1:], hints[0]]
    for hint in hints:
        if hint in _CYRILLIC:
            return _cyrillic(data, first=hint)[0]
        if hint != "utf-8" and _fits(data, hint):
            return hint
    if "utf-8" in hints and _mostly_utf8(data):
        return "utf-8"
    return _guess(data)


def _fits(data: bytes, encoding: str) -> bool:
    """Tell whether `data` can be read as `encoding`, but for one fault in 1,000 bytes."""
    return data.decode(encoding, "replace").count("\ufffd") <= len(data) // 1000


def _mostly_utf8(data: bytes) -> bool:
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    return data.decode("utf-8", "replace").count("\ufffd") * 5 < high


def _cyrillic(data: bytes, first: str = _CYRILLIC[0]) -> tuple[str, float]:
    """Return the likeliest Cyrillic charset, and the share of common letters it gives.

    Letters of one of these charsets are rare or upper-case letters, or signs, in the others. The
    `first` one wins ties: it is the declared one.
    """
    sample = b"".join(re.findall(rb"[\x80-\xff]+", data))[:20_000]

    def share(encoding: str) -> float:
        text = sample.decode(encoding, "replace")
        return sum(map(_COMMON_CYRILLIC.__contains__, text)) / (len(text) or 1)

    best = max((first, *_CYRILLIC), key=share)
    return best, share(best)


def _guess(data: bytes) -> str:
    """Return the charset that an undeclared page is in, as its letters have it."""
    if _mostly_utf8(data):
        return "utf-8"
    encoding, share = _cyrillic(data)
    if share > 0.4:
        return encoding
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    for encoding, typical in _EAST_ASIAN:
        if _fits(data, encoding):
            text = data.decode(encoding, "replace")
            if len(typical.findall(text)) * 2 > high * 0.15:
                return encoding
    return "cp1252"
