"""The extractors, each in a process of its own: a page a line in, an answer a line out.

Run as a script by the Python of whatever environment has them; it needs nothing of newswarc but
for ``newswarc`` itself. The clock runs while a program works, not while pages are read.
"""

from __future__ import annotations

import gzip
import importlib
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Program = Callable[[bytes, str], Answer]


def newswarc() -> Program:
    """newswarc, without site rules."""
    extract = importlib.import_module("archive.extract")

    def run(page: bytes, url: str) -> Answer:
        found = extract.extract(page, url, rules=extract.NO_RULES)
        if not hasattr(found, "markdown"):
            return {"error": f"{found.reason}: {found.detail}"}
        published = found.published
        if published and not found.published_has_time:
            published = published.date()
        return {
            "text": found.text,
            "title": found.title,
            "authors": [author.name for author in found.authors],
            "date": published.isoformat() if published else None,
            "site": found.site,
            "language": found.language,
            "image": found.image.url if found.image else None,
            "tags": list(found.tags),
        }

    return run


def _trafilatura(**options: Any) -> Program:
    trafilatura = importlib.import_module("trafilatura")

    def run(page: bytes, url: str) -> Answer:
        found = trafilatura.bare_extraction(
            page, url=url, with_metadata=True, include_comments=False, **options
        )
        if found is None:
            return {}
        return {
            "text": found.text,
            "title": found.title,
            "authors": (found.author or "").split("; ") if found.author else [],
            "date": found.date,
            "site": found.sitename,
            "language": found.language,
            "image": found.image,
            "tags": found.tags,
        }

    return run


def trafilatura() -> Program:
    """Trafilatura with its metadata, without comments."""
    return _trafilatura()


def trafilatura_precise() -> Program:
    """The same in its careful mode."""
    return _trafilatura(favor_precision=True)


def newspaper4k() -> Program:
    """newspaper4k, nothing downloaded."""
    newspaper = importlib.import_module("newspaper")

    def run(page: bytes, url: str) -> Answer:
        article = newspaper.Article(url, fetch_images=False)
        article.download(input_html=page.decode("utf-8", "replace"))
        article.parse()
        return {
            "text": article.text,
            "title": article.title,
            "authors": list(article.authors),
            "date": article.publish_date.isoformat() if article.publish_date else None,
            "site": article.meta_site_name,
            "language": article.meta_lang,
            "image": article.top_image,
            "tags": sorted(article.tags or article.keywords or ()),
        }

    return run


def readability() -> Program:
    """readability-lxml: title and body."""
    document = importlib.import_module("readability").Document
    html = importlib.import_module("lxml.html")

    def run(page: bytes, url: str) -> Answer:
        found = document(page.decode("utf-8", "replace"), url=url)
        body = html.fromstring(found.summary())
        return {"text": "\n".join(body.itertext()), "title": found.short_title()}

    return run


def resiliparse() -> Program:
    """resiliparse: the body."""
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree

    def run(page: bytes, url: str) -> Answer:
        parsed = tree.parse(page.decode("utf-8", "replace"))
        text = extract(parsed, main_content=True, alt_texts=False, links=False)
        return {"text": text, "title": parsed.title}

    return run


PROGRAMS: dict[str, Callable[[], Program]] = {
    "newswarc": newswarc,
    "trafilatura": trafilatura,
    "trafilatura, precise": trafilatura_precise,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
}


def serve(name: str) -> None:
    """Answer every line of standard input."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        program = PROGRAMS[name]()
    except ImportError as error:
        answers.write(json.dumps({"missing": str(error)}) + "\n")
        return
    for line in sys.stdin:
        asked = json.loads(line)
        page = Path(asked["path"]).read_bytes()
        if page.startswith(b"\x1f\x8b"):
            page = gzip.decompress(page)
        begun = time.process_time()
        try:
            answer = program(page, asked["url"])
        except Exception as error:  # noqa: BLE001 - it counts as an empty answer
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        answer["seconds"] = time.process_time() - begun
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
