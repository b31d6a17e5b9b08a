"""Site rules: what a TOML file may say, and for whom."""

from __future__ import annotations

import pytest

from archive.extract import extract, rules
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
    monkeypatch.setattr(rules, "shipped", lambda: (rule,))


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
    assert "themoscowtimes" in {rule.name for rule in rules.shipped()}


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
    rule = rules.rule_for(url)
    assert (rule and rule.name) == name
