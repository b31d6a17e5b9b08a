"""The text of a document whose encoding may be declared wrongly, or not at all."""

from __future__ import annotations

import re

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: How the ``<`` or ``{`` at the beginning stands in encodings of wide units (XML 1.0, appendix F).
_WIDE = (
    (re.compile(rb"[<{\s]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\x00[^\x00]"), "utf-16-le"),
    (re.compile(rb"\x00[<{\s]\x00[^\x00]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
#: Far enough to tell one alphabet from another (bytes that are no ASCII).
_SAMPLE = 20_000
_HIGH = re.compile(rb"[\x80-\xff]+")
_SMALL_CYRILLIC = re.compile("[а-яёіїєґў]")
_LATIN = re.compile(r"[A-Za-z]")


def text_of(body: bytes, charset: str | None = None) -> str:
    """Return the text of a feed or sitemap; what cannot be read is U+FFFD.

    What the bytes show goes before what is said of them: a byte order mark, units of two or four
    bytes, UTF-8 that is well-formed (other text is so by chance only when it is very short). Then
    come the declaration in the document and the HTTP header. Where neither is there, or they
    name what does not fit, it is guessed: news in old encodings is Cyrillic or Western.

    Args:
        body: the bytes.
        charset: as the HTTP header has it.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    for units, name in _WIDE:
        if units.match(body):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        rest = body[error.start :]
    declared = _DECLARED.search(body, 0, 1024)
    for said in (declared[1].decode("ascii") if declared else None, charset):
        if said is not None and not _is_unicode(said):
            try:
                return body.decode(said, "replace")
            except (LookupError, ValueError):  # unknown, or no encoding of text
                continue
    if _mostly_utf8(body):
        return body.decode("utf-8", "replace")
    return body.decode(_guess(body, rest), "replace")


def _is_unicode(charset: str) -> bool:
    return charset.lower().replace("_", "-").startswith(("utf", "unicode", "ucs"))


def _mostly_utf8(body: bytes) -> bool:
    """Tell whether it is UTF-8 with a flaw or two: a title that was cut in a character."""
    text = body[:_SAMPLE].decode("utf-8", "ignore")
    well = sum(character > "\x7f" for character in text)
    return well > 4 * text.count("\ufffd") and well * 2 > _high(body[:_SAMPLE]) * 0.9


def _high(body: bytes) -> int:
    return sum(map(len, _HIGH.findall(body)))


def _guess(body: bytes, rest: bytes) -> str:
    """Tell the alphabet by what words are made of: most letters of a word are small."""
    sample = b" ".join(_HIGH.findall(rest[: 10 * _SAMPLE]))[:_SAMPLE]
    letters = len(_LATIN.findall(body[:_SAMPLE].decode("latin-1")))
    if _high(sample) * 20 < letters and max(map(len, sample.split()), default=0) < 3:
        return "cp1252"  # an accent here and there
    scores = {
        name: len(_SMALL_CYRILLIC.findall(sample.decode(name, "replace")))
        for name in ("cp1251", "koi8-r", "iso8859-5", "cp866")
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] * 2 > len(sample) else "cp1252"
