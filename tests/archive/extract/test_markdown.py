"""HTML to blocks to CommonMark: what is bold stays bold, and no word is lost or invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring
from markdown_it import MarkdownIt

from archive.extract.blocks import Paragraph, Run, plain_text, tidy, words
from archive.extract.markdown import markdown
from archive.extract.structure import blocks

BASE = "https://example.com/news/"


def converted(html: str) -> str:
    return markdown(blocks(fragment_fromstring(html, create_parent="div"), BASE))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One\n   line</p><p>two</p>", "One line\n\ntwo"),
        ("loose <b>text</b><p>paragraph</p>tail", "loose **text**\n\nparagraph\n\ntail"),
        ("<p>a<br>b</p>", "a\\\nb"),
        ("<p>a<br> <br>b</p>", "a\n\nb"),
        ("<h1>Title</h1><h2>Part</h2><h5>Small</h5>", "## Title\n\n## Part\n\n##### Small"),
        ("<h3><b>Bold</b> heading #</h3>", "### Bold heading \\#"),
        ("<p><b>bold </b>and<i> italic</i></p>", "**bold** and _italic_"),
        ("<p><b>a</b><b>b</b></p>", "**ab**"),
        ("<p><b>Moscow:</b>text</p>", "**Moscow**:text"),
        ("<p>un<b>believ</b>able, un<i>believ</i>able</p>", "un**believ**able, un*believ*able"),
        ("<p><b>a <i>b</i> c</b></p>", "**a _b_ c**"),
        ("<p><b>a</b> <a href='x'>li<b>nk</b></a></p>", f"**a** [li**nk**]({BASE}x)"),
        ("<p><b>see <a href='x'>this</a> now</b></p>", f"**see [this]({BASE}x) now**"),
        ("<p><a href='javascript:alert(1)'>no</a> <a href='x y(1)'>yes</a></p>",
         f"no [yes]({BASE}x%20y%281%29)"),
        ("<p><a href='http://[broken'>text</a></p>", "text"),
        ("<p>Wow!<a href='x'>link</a></p>", f"Wow\\![link]({BASE}x)"),
        ("<p>snake_case _x_ 2*3*4 [1] a &lt; b &lt;i&gt; &amp;amp; AT&amp;T</p>",
         "snake_case \\_x\\_ 2\\*3\\*4 [1] a < b \\<i> \\&amp; AT&T"),
        ("<p># no heading</p><p>1. no list</p><p>- no list</p><p>&gt; no quote</p><p>---</p>",
         "\\# no heading\n\n1\\. no list\n\n\\- no list\n\n\\> no quote\n\n\\---"),
        ("<p>[a](b) [c]: d</p>", "[a\\](b) [c\\]: d"),
        ("<ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ol><li>a</li><li><p>b</p><p>c</p></li></ol>", "1. a\n2. b\n\n   c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n+ b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td></tr></table>",
         "| a | b\\|c |\n| --- | --- |\n| 1 |  |"),
        ("<table><tr><td><p>layout</p><p>only</p></td></tr></table>", "layout\n\nonly"),
        ("<p>run <code>a `b`</code></p><pre>  x\n  y\n</pre>",
         "run `` a `b` ``\n\n```\n  x\n  y\n```"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<figure><img src='/i.jpg' alt='A [b]'><figcaption>Cap <i>tion</i></figcaption></figure>",
         "![A \\[b\\]](https://example.com/i.jpg)\n\nCap _tion_"),
        ("<p>a<img src='data:image/gif;base64,R0' data-src='lazy.jpg'>b</p>",
         f"ab\n\n![]({BASE}lazy.jpg)"),
        ("<img srcset='s.jpg 320w, l.jpg 1360w'>", f"![]({BASE}l.jpg)"),
        ("<p>a<img src='e.png' width='16' height='16'>b</p>", "ab"),
        ("<p>a<script>b</script><i hidden>c</i><i style='display: none'>d</i></p>", "a"),
        ("<p>soft\u00adhy\u200bphen\u00a0and space</p>", "softhyphen and space"),
    ],
)  # fmt: skip
def test_conversion(html: str, expected: str) -> None:
    assert converted(html) == expected


def read_back(source: str) -> str:
    """Return the plain text that a CommonMark reader sees."""
    parts: list[str] = []
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(source):
        for inner in token.children or ():
            if inner.type in ("text", "code_inline"):
                parts.append(inner.content)
            elif inner.type in ("softbreak", "hardbreak"):
                parts.append("\n")
    return "".join(parts)


WORDS = st.text(
    st.sampled_from("ab1 .,:!?-+=#>*_~`[]()<>&;|\\/'\"“é\u4e2d") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=12,
).map(lambda text: " ".join(text.replace("\x00", "").split()))


@given(WORDS)
def test_plain_text_survives(text: str) -> None:
    runs = tidy([Run(text)])
    assert read_back(markdown([Paragraph(runs)])) == words(runs)


RUNS = st.builds(
    Run,
    st.text(st.sampled_from("ab .,:(“”)-c"), min_size=1, max_size=6),
    strong=st.booleans(),
    emphasis=st.booleans(),
    link=st.sampled_from([None, "https://example.com/a", "https://example.com/b"]),
)


@given(st.lists(RUNS, max_size=6))
def test_styled_text_loses_no_word(pieces: list[Run]) -> None:
    runs = tidy(pieces)
    seen = read_back(markdown([Paragraph(runs)]))
    assert seen.replace("*", "").replace("_", "") == words(runs)


def test_plain_text_of_every_block() -> None:
    html = (
        "<h2>Head</h2><p>One <b>two</b></p><ul><li>a</li><li>b</li></ul>"
        "<table><tr><td>1</td><td>2</td></tr></table><blockquote>said</blockquote>"
        "<figure><img src=x.jpg><figcaption>not this</figcaption></figure>"
    )
    body = blocks(fragment_fromstring(html, create_parent="div"), BASE)
    assert plain_text(body) == "Head\n\nOne two\n\na\nb\n\n1\t2\n\nsaid"
