"""How much of an answer is right.

The body is compared by sequences of four words: what is shared, what is too much, what is lacking.
Everything else is right or wrong, or a set of names of which so many are right.
"""

from __future__ import annotations

import html
import random
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from benchmarks.extraction.pages import Page

#: Words in a sequence.
WIDTH = 4
#: Samples of a bootstrap.
SAMPLES = 2000

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u1000-\u109f"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NAMES = re.compile(r"\s*(?:[;,|\n&、，]|\b(?:and|und|et)\b)\s*")
_BY = re.compile(r"^(?:by|von|par|por|di|door|af|av)\b[:\s]+", re.IGNORECASE)
_SIZE = re.compile(r"[-_@]?(?:\d{2,4}x\d{2,4}|scaled|w\d{3,4})$")
_FORMAT = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)$", re.IGNORECASE)
_LANGUAGES = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}


class Overlap(NamedTuple):
    """What two bags share, what the first has beyond, and what it lacks."""

    shared: int
    extra: int
    missing: int

    @property
    def precision(self) -> float:
        """The share of the first that is right."""
        return self.shared / (self.shared + self.extra) if self.shared + self.extra else 1.0

    @property
    def recall(self) -> float:
        """The share of the second that was found."""
        return self.shared / (self.shared + self.missing) if self.shared + self.missing else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return f1(self.precision, self.recall)


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def words(text: str | None) -> list[str]:
    """Return the words of a text; characters of scripts without spaces are words."""
    return _WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFC", text or "")))


def sequences(text: str | None) -> Counter[tuple[str, ...]]:
    """Return the sequences of words in a text; a shorter text is one sequence."""
    found = words(text)
    count = max(1, len(found) - WIDTH + 1) if found else 0
    return Counter(tuple(found[i : i + WIDTH]) for i in range(count))


def body(page: Page, text: str | None) -> Overlap:
    """Compare a body; paragraphs that may be left out count if they were kept."""
    found = sequences(text)
    wanted = []
    for paragraph, optional in page.body:
        own = sequences(paragraph)
        if optional and (not own or sum(one in found for one in own) * 2 < len(own)):
            continue
        wanted.append(paragraph)
    return _overlap(found, sequences("\n".join(wanted)))


def fields(page: Page, answer: dict[str, Any]) -> dict[str, Overlap]:
    """Compare the other fields that are known of a page; one that is right or not is a bag of 1."""
    found: dict[str, Overlap] = {}
    known = page.known
    if known["title"]:
        found["title"] = _one(words(_plain(answer.get("title"))) == words(_plain(known["title"])))
    if known["authors"]:
        found["authors"] = _named(_people(answer.get("authors")), _people(known["authors"]))
    if (wanted := _moment(known["date"])) and wanted.year > 1:
        got = _moment(answer.get("date"))
        found["date"] = _one(bool(got and _days(got) & _days(wanted)))
        if wanted.tzinfo:
            near = got and got.tzinfo and abs((got - wanted).total_seconds()) <= 60
            found["time"] = _one(bool(near))
    if known["site"]:
        one, other = ("".join(words(_plain(name))) for name in (answer.get("site"), known["site"]))
        found["site"] = _one(len(one) > 1 and (one in other or other in one))
    if known["language"]:
        code = str(answer.get("language") or "").lower().replace("_", "-").partition("-")[0]
        found["language"] = _one(_LANGUAGES.get(code, code) == known["language"])
    if known["image"]:
        url = answer.get("image")
        found["image"] = _one(bool(url) and any(_same(url, other) for other in known["image"]))
    if known["tags"]:
        got_tags, wanted_tags = _tags(answer.get("tags")), _tags(known["tags"])
        found["tags"] = _overlap(Counter(got_tags), Counter(wanted_tags))
    return found


def mean_f1(pages: Sequence[Overlap]) -> tuple[float, float, float]:
    """Return precision and recall, averaged over pages, and the F1 of the two averages."""
    with_text = [page.precision for page in pages if page.shared + page.extra]
    precision = statistics.fmean(with_text) if with_text else 0.0
    recall = statistics.fmean(page.recall for page in pages) if pages else 0.0
    return precision, recall, f1(precision, recall)


def interval(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean difference of paired figures, and the 95 % interval of a paired bootstrap."""
    differences = [one - other for one, other in zip(first, second, strict=True)]
    chance = random.Random(0)
    means = sorted(
        statistics.fmean(chance.choices(differences, k=len(differences))) for _ in range(SAMPLES)
    )
    low, high = means[int(0.025 * SAMPLES)], means[int(0.975 * SAMPLES) - 1]
    return statistics.fmean(differences), low, high


def summed(found: Iterable[Overlap]) -> Overlap:
    """Return overlaps added up."""
    parts = list(found)
    return Overlap(*(sum(part[i] for part in parts) for i in range(3)))


def _overlap(found: Counter[Any], wanted: Counter[Any]) -> Overlap:
    shared = (found & wanted).total()
    return Overlap(shared, found.total() - shared, wanted.total() - shared)


def _one(right: bool) -> Overlap:
    return Overlap(1, 0, 0) if right else Overlap(0, 1, 1)


def _plain(text: object) -> str:
    plain = unicodedata.normalize("NFKC", html.unescape(str(text or "")))
    return " ".join(plain.split()).casefold()


def _people(names: Any) -> list[frozenset[str]]:
    """Return names as bags of words, so that "Ivanova, Anna" and "Anna Ivanova" are one."""
    listed = [names] if isinstance(names, str) else names or []
    found: list[frozenset[str]] = []
    for name in listed:
        for part in _NAMES.split(_BY.sub("", " ".join(str(name).split()))):
            folded = unicodedata.normalize("NFKD", _BY.sub("", part))
            letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
            key = frozenset(word.casefold() for word in re.findall(r"\w+", letters))
            if key and key not in found:
                found.append(key)
    return found


def _named(found: list[frozenset[str]], wanted: list[frozenset[str]]) -> Overlap:
    left, shared = list(wanted), 0
    for name in found:
        for other in left:
            if name == other or (len(name & other) > 1 and (name <= other or other <= name)):
                left.remove(other)
                shared += 1
                break
    return Overlap(shared, len(found) - shared, len(wanted) - shared)


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _days(moment: datetime) -> set[str]:
    days = {moment.date().isoformat()}
    return days | {moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else days


def _tags(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value or []
    parts = (_plain(part) for tag in listed for part in re.split(r"[,;]", str(tag)))
    return list(dict.fromkeys(part for part in parts if part))


def _same(one: str, other: str) -> bool:
    """Tell whether two addresses are of one picture, perhaps in another size."""
    (name, marks), (name_2, marks_2) = _marks(one), _marks(other)
    alike = len(name) >= 14 and name[:14] == name_2[:14]
    return bool(marks & marks_2) or (len(name) >= 8 and name == name_2) or alike


def _marks(url: str) -> tuple[str, set[str]]:
    address = unquote(unquote(url))
    inner = address.rfind("http")  # what resizes a picture carries the picture's own address
    path = urlsplit(address[inner:] if inner > 0 else address).path
    name = re.sub(
        r"\.(?:jpe?g|png|webp|avif|gif)$", "", path.rpartition("/")[2], flags=re.IGNORECASE
    )
    marks = {
        part
        for part in re.findall(r"[0-9A-Za-z]{6,}", path)
        if sum(map(str.isdigit, part)) >= 4 and not re.fullmatch(r"(?:19|20)\d{6}", part)
    }
    return _SIZE.sub("", name), marks
