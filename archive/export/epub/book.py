"""The book: chapters, contents, and the files that tell a reader what is where (EPUB 3.2)."""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import Final

from archive import timestamp
from archive.collection import Collection
from archive.complete import complete_file
from archive.errors import UsageError
from archive.export.epub.chapter import chapter, clean, document, language_of
from archive.export.epub.pictures import Pictures
from archive.export.wanted import Exported, Wanted, articles_of
from archive.render import day
from archive.zipped import entry

_ROOT: Final = "EPUB/"
_MIMETYPE: Final = b"application/epub+zip"
#: Of one article so many pictures are taken.
_PICTURES: Final = 20
_CONTAINER: Final = """\
<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles>
<rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_PACKAGE: Final = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identity}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>{language}</dc:language>
<dc:date>{made}</dc:date>
<meta property="dcterms:modified">{made}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
{items}
</manifest>
<spine>
<itemref idref="nav"/>
{spine}
</spine>
</package>
"""
_STYLE: Final = """\
body { line-height: 1.5; margin: 1em; }
h1 { line-height: 1.2; }
img { max-width: 100%; height: auto; }
figure { margin: 1em 0; }
figcaption, .byline, .dateline, .source, nav span { font-size: smaller; color: #555; }
.subtitle { font-size: larger; }
.source { border-top: 1px solid #aaa; margin-top: 2em; overflow-wrap: anywhere; }
table { border-collapse: collapse; }
td, th { border: 1px solid #aaa; padding: 0.2em 0.5em; }
"""


@dataclass(frozen=True, slots=True)
class Book:
    """What was written.

    Attributes:
        articles: chapters.
        pictures: different ones.
        size: in bytes.
    """

    articles: int
    pictures: int
    size: int


@dataclass(frozen=True, slots=True)
class _Chapter:
    path: str
    title: str
    about: str
    language: str


def to_epub(
    collection: Collection, wanted: Wanted, path: Path, *, title: str = "", limit: int = 500
) -> Book:
    """Write a book of the articles that are wanted, what each says now, the newest first.

    Args:
        collection: that they are in.
        wanted: which articles.
        path: of the file, which appears when it is complete.
        title: of the book.
        limit: no more articles than this.

    Raises:
        UsageError: nothing matches, or `path` cannot be.
        StorageError: the file cannot be written.
    """
    title = title or str(wanted) or collection.path.resolve().name
    pictures = Pictures(collection)
    chapters: list[_Chapter] = []
    identity = hashlib.sha256(title.encode("utf-8", "replace"))
    with complete_file(path) as file:
        with zipfile.ZipFile(file, "w") as book:
            book.writestr(entry("mimetype", pack=False), _MIMETYPE)
            _write(book, "META-INF/container.xml", _CONTAINER)
            _write(book, _ROOT + "style.css", _STYLE)
            for article in islice(articles_of(collection, wanted), limit):
                made, text = _chapter(book, article, len(chapters) + 1, pictures, wanted)
                identity.update(text.encode())
                chapters.append(made)
            if not chapters:
                raise UsageError("nothing to export: no article matches")
            name = uuid.uuid5(uuid.NAMESPACE_OID, identity.hexdigest()).urn
            _write(book, _ROOT + "nav.xhtml", _contents(title, chapters))
            _write(book, _ROOT + "book.opf", _package(title, name, chapters, pictures, wanted))
        size = file.seek(0, 2)
    return Book(len(chapters), len(pictures.types), size)


def _chapter(
    book: zipfile.ZipFile, exported: Exported, number: int, pictures: Pictures, wanted: Wanted
) -> tuple[_Chapter, str]:
    """Write a chapter and its pictures."""
    version = exported.current
    article = version.article
    left = _PICTURES

    def picture(url: str) -> str | None:
        nonlocal left
        left -= 1
        found = pictures.find(url, version.first_capture, wanted.until) if left >= 0 else None
        if found is None:
            return None
        if found[1]:
            book.writestr(entry(_ROOT + found[0], pack=False), found[1])
        return f"../{found[0]}"

    captured = timestamp.to_datetime(version.first_capture)
    below = f"{article.url} · captured on {day(captured)}, version {version.number}"
    text = chapter(article, picture, below)
    place = f"text/{number:04}.xhtml"
    _write(book, _ROOT + place, text)
    about = [article.site or "", day(article.published or captured)]
    said = " · ".join(filter(None, about))
    return _Chapter(place, article.title, said, language_of(article)), text


def _contents(title: str, chapters: list[_Chapter]) -> str:
    items = "\n".join(
        f'<li><a href="{one.path}">{_text(one.title) or "–"}'
        f" <span>{_text(one.about)}</span></a></li>"
        for one in chapters
    )
    body = (
        f'<body><nav epub:type="toc" id="toc"><h1>{_text(title)}</h1>\n<ol>\n{items}\n</ol></nav>'
        "</body>"
    )
    return document(title, body, _language(chapters), style="style.css")


def _package(
    title: str, identity: str, chapters: list[_Chapter], pictures: Pictures, wanted: Wanted
) -> str:
    return _PACKAGE.format(
        identity=identity,
        title=_text(title),
        language=_language(chapters),
        made=timestamp.to_warc_date(wanted.made)[:19] + "Z",
        items="\n".join(_items(chapters, pictures)),
        spine="\n".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters))),
    )


def _items(chapters: list[_Chapter], pictures: Pictures) -> Iterator[str]:
    for number, one in enumerate(chapters):
        yield f'<item id="c{number}" href="{one.path}" media-type="application/xhtml+xml"/>'
    for number, (path, media) in enumerate(pictures.types.items()):
        yield f'<item id="p{number}" href="{path}" media-type="{media}"/>'


def _language(chapters: list[_Chapter]) -> str:
    return Counter(one.language for one in chapters).most_common(1)[0][0]


def _text(text: str) -> str:
    return escape(clean(text))


def _write(book: zipfile.ZipFile, path: str, text: str) -> None:
    book.writestr(entry(path, pack=True), text.encode())
