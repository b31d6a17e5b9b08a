"""JSON-LD in the broken forms that pages carry it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from archive.extract import jsonld


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('[{"a": 1}, {"b": 2}]', [[{"a": 1}, {"b": 2}]]),
        ('{"a": 1,}', [{"a": 1}]),
        ('{"a": [1, 2, ], "b": "x, }",\n}', [{"a": [1, 2], "b": "x, }"}]),
        ('{"a": 1} {"b": 2};', [{"a": 1}, {"b": 2}]),
        ('{"a": "line\nbreak\ttab"}', [{"a": "line\nbreak\ttab"}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('/*<![CDATA[*/ {"a": 1} /*]]>*/', [{"a": 1}]),
        ('{"a": 1\n// why\n}', [{"a": 1}]),
        ('{"u": "https://example.com/,}"}', [{"u": "https://example.com/,}"}]),
        ("", []),
        ("no JSON", []),
        ('{"a": "open', []),
        ("[" * 100_000, []),
    ],
)
def test_values(text: str, expected: list[object]) -> None:
    assert jsonld.values(text) == expected


def page(*scripts: str) -> str:
    marked = "".join(f'<script type="application/ld+json">{text}</script>' for text in scripts)
    return f"<html><head>{marked}</head><body><p>x</p></body></html>"


def test_a_broken_block_does_not_hide_the_others() -> None:
    tree = document_fromstring(page('{"@type": "WebSite" oops', '{"@type": "NewsArticle"}'))
    assert [node["@type"] for node in jsonld.nodes(tree)] == ["NewsArticle"]


def test_graphs_arrays_and_inner_nodes_are_seen() -> None:
    tree = document_fromstring(
        page('{"@graph": [{"@type": "WebPage", "about": {"@type": ["Thing", "Person"]}}]}')
    )
    assert [jsonld.types(node) for node in jsonld.nodes(tree)] == [{"WebPage"}, {"Thing", "Person"}]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("NewsArticle", True),
        ("https://schema.org/ReportageNewsArticle", True),
        (["Thing", "LiveBlogPosting"], True),
        ("WebPage", False),
        (None, False),
        ({"odd": 1}, False),
    ],
)
def test_is_article(kind: object, expected: bool) -> None:
    assert jsonld.is_article({"@type": kind}) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tom &amp;amp; <b>Jerry</b>", "Tom & Jerry"),
        ({"name": " A  B "}, "A B"),
        ([None, {"@value": "x"}], "x"),
        ("a < b", "a < b"),
        (7, None),
        ([], None),
    ],
)
def test_text(value: object, expected: str | None) -> None:
    assert jsonld.text(value) == expected


@given(st.text(alphabet='{}[]",:\\/<!->* \n&quot;ab1', max_size=60))
def test_any_text_gives_a_list(text: str) -> None:
    assert isinstance(jsonld.values(text), list)
