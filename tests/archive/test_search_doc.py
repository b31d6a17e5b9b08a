"""What docs/search.md and docs/sql.md say is so."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

from archive.index.query import parse
from archive.index.query.tree import FIELDS, wanted

DOCS = Path(__file__).parent.parent.parent / "docs"
SEARCH = (DOCS / "search.md").read_text(encoding="utf-8")
SQL = (DOCS / "sql.md").read_text(encoding="utf-8")


@pytest.fixture
def paper(newsroom: Any) -> Any:
    """The collection that the examples speak of."""
    ferry = "<meta property='article:published_time' content='2024-10-{}'>"
    for day, slug, title in ((23, "ferry", "Ferry returns"), (24, "harbor", "Harbor opens")):
        text = "The ferry came in with a hundred passengers, the council said, and all were well."
        html = (
            f"<html lang='en'><head><title>{title}</title>{ferry.format(day)}</head>"
            f"<body><article><h1>{title}</h1>"
            + "".join(f"<p>{text} It was the {number}th time.</p>" for number in range(2, 7))
            + "</article></body></html>"
        )
        url = f"https://www.example.com/2024/10/{day}/{slug}"
        newsroom.answer(url, html.encode(), at=f"202410{day}081500")
    newsroom.index()
    newsroom.close()
    return newsroom


def test_the_examples_in_python_run(paper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(paper.collection.path.parent)
    text = re.sub(r"^```.*$", "", SEARCH, flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, {}, "search.md", "search.md", 0)
    results = doctest.DocTestRunner(verbose=False).run(test)
    assert results.failed == 0
    assert results.attempted > 12


@pytest.mark.parametrize("query", re.findall(r"^\| (`.+?`(?:, `.+?`)*) \|", SEARCH, re.MULTILINE))
def test_the_table_of_the_language_has_no_mistake(query: str) -> None:
    for typed in re.findall(r"`(.+?)`", query):
        if not typed.startswith("--") and not typed.endswith(":"):
            parsed = parse(typed)
            assert parsed.hints == () or typed == "-navy" or typed == "NOT navy"
            assert list(wanted(parsed.tree))


def test_every_field_is_in_the_table() -> None:
    for name in FIELDS:
        assert f"`{name}:" in SEARCH, name


@pytest.mark.parametrize("sql", re.findall(r"^```sql\n(.*?)^```", SQL, re.DOTALL | re.MULTILINE))
def test_the_queries_in_sql_run(paper: Any, sql: str) -> None:
    with paper.collection._reader.reading() as db:
        db.execute(sql).fetchall()


def test_the_tables_that_sql_names_are_there(paper: Any) -> None:
    table = SQL.partition("| name |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\|[^|]+\|", table, re.MULTILINE))))
    with paper.collection._reader.reading() as db:
        there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    assert named <= there
    assert {"articles", "edits", "captures", "damages"} <= named
