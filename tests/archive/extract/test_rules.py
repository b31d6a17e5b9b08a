"""Site rules: what a TOML file may say, and for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.errors import ConfigError
from archive.extract import NO_RULES, RuleBook, extract, extractor, rulebook, rules
from archive.model import Article

RULE = """
hosts = ["example.com"]

[body]
select = "div.story"
strip = [".ad", ".donate"]

[related]
select = "aside.box"
title = "h3"

[authors]
select = ".byline a"

[title]
subtitle = "header h2"

[image]
select = "figure.lead"
caption = ".cap"
credit = ".credit"
"""
PAGE = b"""<!doctype html><html><head><title>T</title>
<meta property="article:published_time" content="2024-10-23"></head><body>
<header><h1>Bridge closed</h1><h2>For a week</h2></header>
<p class="byline">By <a href="/anna">Anna Ivanova</a>, <a href="/berg">Jonas Berg</a></p>
<figure class="lead"><img src="/i.jpg"><b class="cap">The bridge</b> <i class="credit">AFP</i>
</figure>
<div class="story"><p>Short.</p><div class="ad">Buy boots</div>tail of the advertisement
<aside class="box"><span>News</span><a href="/other"><h3>Other [news]</h3></a></aside>
<p>End.</p><p class="donate">Please give</p></div><p>More text outside of the story.</p>
</body></html>"""


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rules.read("example", RULE)
    monkeypatch.setattr(extractor, "shipped", lambda: RuleBook((rule,)))


@pytest.mark.usefixtures("example")
def test_a_rule_decides() -> None:
    article = extract(PAGE, "https://www.example.com/bridge")
    assert isinstance(article, Article)
    assert article.markdown == (
        "Short.\n\ntail of the advertisement\n\n"
        "**Related article:** [Other \\[news\\]](https://www.example.com/other)\n\nEnd."
    )
    assert article.text == "Short.\n\ntail of the advertisement\n\nEnd."
    assert article.subtitle == "For a week"
    assert [(author.name, author.url) for author in article.authors] == [
        ("Anna Ivanova", "https://www.example.com/anna"),
        ("Jonas Berg", "https://www.example.com/berg"),
    ]
    assert article.image is not None
    assert (article.image.caption, article.image.credit) == ("The bridge", "AFP")


@pytest.mark.usefixtures("example")
def test_other_hosts_are_not_concerned() -> None:
    article = extract(PAGE, "https://notexample.com/bridge")
    assert isinstance(article, Article)
    assert article.subtitle is None


@pytest.mark.usefixtures("example")
def test_a_page_without_the_container_is_read_like_any_other() -> None:
    page = PAGE.replace(b'class="story"', b'class="renamed"')
    article = extract(page, "https://example.com/bridge")
    assert isinstance(article, Article)
    assert "Short." in article.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "hosts"),
        ("hosts = []", "hosts"),
        ('hosts = ["a.b"]\nbody = "div"', "body"),
        ('hosts = ["a.b"]\n[body]\nselekt = "div"', "body.selekt"),
        ('hosts = ["a.b"]\n[body]\nselect = "div["', "not a CSS selector"),
        ('hosts = ["a.b"]\n[body]\nselect = 3', "not a CSS selector: '3'"),
        ("hosts = [", "Invalid|Unclosed"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rules.read("broken", text)


def test_shipped_rules_can_be_read() -> None:
    names = {rule.name for rule in rulebook.shipped().rules}
    assert {"themoscowtimes", "apnews", "reuters", "rferl", "meduza"} <= names


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.themoscowtimes.com/2024/10/23/a-a1", "themoscowtimes"),
        ("https://ru.themoscowtimes.com/x", "themoscowtimes"),
        ("https://nothemoscowtimes.com/x", None),
        ("https://[broken", None),
    ],
)
def test_rule_for(url: str, name: str | None) -> None:
    rule = rulebook.shipped().rule_for(url)
    assert (rule and rule.name) == name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (None, "new"),
        (date(2024, 1, 2), "new"),
        (date(2024, 1, 1), "old"),
        (date(2020, 1, 1), "old"),
        (date(2019, 12, 31), None),
    ],
)
def test_a_rule_is_for_its_days(day: date | None, name: str | None) -> None:
    hosts = 'hosts = ["www.Example.com"]\n'
    old = rules.read("old", hosts + "from = 2020-01-01\nuntil = 2024-01-01")
    new = rules.read("new", hosts + "from = 2024-01-02")
    rule = RuleBook((old, new)).rule_for("https://news.example.com/a", day)
    assert (rule and rule.name) == name


def test_a_collection_says_more_than_what_is_shipped(tmp_path: Path) -> None:
    own = 'hosts = ["themoscowtimes.com"]\n[body]\nselect = "div.own"'
    (tmp_path / "own.toml").write_text(own)
    book = rulebook.of_directory(tmp_path)
    rule = book.rule_for("https://www.themoscowtimes.com/a")
    assert rule
    assert rule.name == "own"
    assert book.digest != rulebook.shipped().digest
    page = b"<title>T</title><div class=own><p>Mine.</p></div>" + PAGE[-300:]
    article = extract(page, "https://www.themoscowtimes.com/a-long-name-of-a-story", rules=book)
    assert isinstance(article, Article)
    assert article.text == "Mine."
    assert article.rules == rule.digest
    assert article.sources["body"] == "site rule own"


def test_a_wrong_file_of_a_collection_is_named_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('hosts = ["example.com"]\n[body]\nselect = "div["')
    with pytest.raises(ConfigError, match=r"wrong\.toml: rule wrong: body\.select") as caught:
        rulebook.of_directory(tmp_path)
    assert caught.value.exit_code == 4


def test_without_rules_a_page_is_read_as_any_other() -> None:
    article = extract(PAGE, "https://www.themoscowtimes.com/a", rules=NO_RULES)
    assert isinstance(article, Article)
    assert article.rules == ""
    assert article.sources["body"] == "trafilatura"


@pytest.mark.usefixtures("example")
def test_every_field_says_where_it_stands() -> None:
    article = extract(PAGE, "https://www.example.com/bridge")
    assert isinstance(article, Article)
    assert article.sources == {
        "body": "site rule example",
        "title": "<h1>",
        "subtitle": "site rule example: header h2",
        "authors": "site rule example: .byline a",
        "published": "meta article:published_time: 2024-10-23",
        "image": "site rule example: figure.lead",
        "kind": "heuristic",
    }
    assert [link.url for link in article.related] == ["https://www.example.com/other"]
