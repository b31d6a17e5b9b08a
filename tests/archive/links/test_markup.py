"""Tags of pages, with and without what cannot have to do with a URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.links.markup import Tag, tags

PIECES = (
    *("<p", "<div", "<li class=x", "<h2", "<a ", "<img ", "<A ", "</p>", "<!--", "-->", "<style>"),
    *(" class", " id=", ' class="x y"', " alt='b'", ' href="u"', " data-x=1", ' data-src="u"'),
    *(
        " class =",
        "class='x'",
        " onclick='x'",
        " style=x",
        " width=3/",
        " CLASS=x",
        " title",
        "a=b",
    ),
    *("=", '"', "'", ">", "/>", "/", " ", "\n", "<", "text", "`"),
)
PLAIN_TAGS = {"p", "div", "li", "h2"}
PLAIN = {"class", "id", "alt", "title", "width", "data-x"}


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_only_what_is_plain_is_passed_over(text: str) -> None:
    whole = {tag.start: tag for tag in tags(text)}
    found = {tag.start: tag for tag in tags(text, plain=False)}
    assert found.keys() <= whole.keys()
    for start, tag in whole.items():
        seen = found.get(start, Tag(tag.name, start, tag.end, [], tag.content_end))
        assert seen._replace(attributes=[]) == tag._replace(attributes=[])
        assert {one.name for one in tag.attributes if one not in seen.attributes} <= PLAIN
        assert seen.attributes == [one for one in tag.attributes if one in seen.attributes]
        assert start in found or tag.name in PLAIN_TAGS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('<p class="a">b<span id=c>', []),
        ('<P CLASS="a">', ["class"]),
        ('<p class="a" style="b">', ["style"]),
        ("<p class = a>", ["class"]),
        ('<a class="b" href="c" title=d>', ["href"]),
        ('<img alt="a>b" data-src=c width=1 data-id=2>', ["data-src"]),
        ("<p " + "class " * 60 + ">", ["class"]),
    ],
)
def test_attributes_that_are_kept(text: str, kept: list[str]) -> None:
    found = [one.name for tag in tags(text, plain=False) for one in tag.attributes]
    assert found == kept
