"""Make an index of a few articles, with the code of any version of newswarc.

The files of this directory were made by it, each by the commit in `MUSEUM`, and hold all that an
index of that time can: ``cd CHECKOUT && python .../make.py DIRECTORY/NAME.db``, then ``gzip -n9``.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.index.store import Store
from archive.index.texts import Text
from archive.model import Article, Author, Capture, Image, Location, Refusal
from archive.urlkey import urlkey

#: Each file, by the last step of the schema then, and the commit that made it.
MUSEUM = {
    "views": "94553ba",
    "originals": "c7d5296",
    "copies": "13cea5e",
    "arrival": "475773a",
    "time": "60ccb92",
    "compact-captures": "834accd",
    "redactions": "b43745f",
    "lean": "b3599ec",
    "first-seen": "372f7a7",
}
FILES = ("A-00000.warc.gz", "A-00001.warc.gz")
AGENCY = " ".join(f"word{number * 7919 % 61} ferry{number * 31 % 43}" for number in range(120))


def articles() -> list[tuple[str, str, Article]]:
    """Return texts with the time at which each was captured, and its URL."""
    ferry, copy = "https://www.example.com/2024/Ferry?b=2&a=1", "https://other.example/news/7"
    army = "https://ru.example.org/армия"
    edited = AGENCY.replace("word7", "voyage").replace("ferry8", "crossing")
    whole: dict[str, Any] = {
        "subtitle": "What the council says",
        "authors": (Author("A. Writer", "https://www.example.com/a"), Author("Анна Ёлкина")),
        "published": datetime.fromisoformat("2024-10-23T12:00:00+03:00"),
        "modified": datetime.fromisoformat("2024-10-23T13:00:00+03:00"),
        "site": "Example",
        "section": "News",
        "language": "en",
        "tags": ("ferry", "Корея"),
        "description": "About a ferry",
        "image": Image("https://www.example.com/i.jpg", "The ferry", None),
        "extractor": "test/1",
    }
    few: dict[str, Any] = {"language": "ru", "extractor": "test/1"}
    return [
        ("20241023081500", ferry, _article(ferry, "Ferries return", AGENCY, **whole)),
        ("20241023091500", army, _article(army, "Армия", "Армия отвела **войска**.", **few)),
        ("20241023101500", copy, _article(copy, "Ferries", f"{AGENCY} And no more.")),
        ("20241024081500", ferry, _article(ferry, "Ferries return", edited, **whole)),
        ("20241024091500", army, _article(army, "Армия", "Армия отвела **войска**.", **few)),
        ("20241025091500", army, _article(army, "Войска вернулись", "Они *здесь*.", **few)),
    ]


def _article(url: str, title: str, markdown: str, **said: Any) -> Article:
    text = markdown.replace("*", "")
    return Article(url=url, title=title, markdown=markdown, text=text, **said)


def make(path: Path) -> None:
    """Make the index."""
    store = Store(path)
    info = {"software": "newswarc/0", "ispartof": "A", "operator": "somebody"}
    offset = 0
    with store.transaction():
        for file in FILES:
            store.add_crawl(file, "20241023080000", info)
        for moment, url, article in articles():
            digest = f"sha256:{sum(article.text.encode()):064x}"
            # In the first version a text was the article itself.
            made = Text.of if hasattr(Text, "of") else Text
            text = made(url, article, digest)
            store.add_capture(_capture(url, moment, offset := offset + 100), text)
        last = [
            ("https://www.example.com/old", {"status": 301, "redirect": articles()[0][1]}, None),
            ("https://www.example.com/gone", {"status": 404}, Refusal("not-found", "no page")),
            ("https://www.example.com/login", {}, Refusal("quarantined:captcha", "a robot?")),
            (
                articles()[2][1],
                {"record_type": "revisit", "refers_to": (articles()[2][1], "20241023101500")},
                None,
            ),
        ]
        for url, fields, found in last:
            offset += 100
            store.add_capture(_capture(url, "20241026081500", offset, **fields), found)
        store.add_damage(FILES[1], 40, "a bit is wrong")
        store.advance(FILES[0], offset + 100, 10)
    store.close()


def _capture(url: str, moment: str, offset: int, **fields: Any) -> Capture:
    values: dict[str, Any] = {"record_type": "response", "status": 200, "mime": "text/html"}
    values |= {"digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5Q" + f"{offset // 100:03}".translate(
        str.maketrans("0189", "ABCD"))}  # fmt: skip
    return Capture(
        url=url,
        urlkey=urlkey(url),
        timestamp=moment,
        location=Location(FILES[0], offset, 100),
        **values | fields,
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
