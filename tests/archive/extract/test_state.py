"""Text that a page only carries for scripts, or shows to readers without them."""

from __future__ import annotations

import json

import pytest

from archive.extract import extract
from archive.model import Article, Refusal

URL = "https://example.com/news/rivers-rise-across-the-north-of-the-country"
SENTENCES = [
    f"Sentence number {number} tells of a river that rose in the night and took the road with it."
    for number in range(8)
]
MENU = [f"Section {number} of this paper" for number in range(40)]
HEAD = "<title>Rivers rise</title><h1>Rivers rise</h1><div id=root></div>"
NESTED = {
    "menu": MENU,
    "page": {
        "blocks": [
            {"type": "text", "model": {"blocks": [{"text": sentence}]}} for sentence in SENTENCES
        ],
        "footer": "All rights to this page and to all others of this paper are reserved by us.",
    },
}
AS_HTML = {"props": {"article": {"body": "".join(f"<p>{one}</p>" for one in SENTENCES)}}}


@pytest.mark.parametrize("value", [NESTED, AS_HTML, [AS_HTML]])
@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">%s</script>',
        "<script>window.SIMORGH_DATA=%s;var x=1</script>",
        "<script>window.__INITIAL_STATE__ = %s</script>",
    ],
)
def test_the_state_of_a_framework(script: str, value: object) -> None:
    found = extract((HEAD + script % json.dumps(value)).encode(), URL)
    assert isinstance(found, Article), found
    assert found.text == "\n\n".join(SENTENCES)
    assert found.sources["body"] == "the page's state"


def test_what_is_for_readers_without_scripts() -> None:
    hidden = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    found = extract(f"{HEAD}<body><noscript>{hidden}</noscript>".encode(), URL)
    assert isinstance(found, Article), found
    assert found.text == "\n\n".join(SENTENCES)
    assert found.sources["body"] == "noscript"


def test_what_the_page_shows_goes_first() -> None:
    shown = "".join(f"<p>{sentence} So it was seen.</p>" for sentence in SENTENCES)
    script = f"<script>window.DATA={json.dumps(AS_HTML)}</script>"
    found = extract((HEAD + f"<article>{shown}</article>" + script).encode(), URL)
    assert isinstance(found, Article), found
    assert found.sources["body"] == "trafilatura"


@pytest.mark.parametrize(
    "script",
    [
        "window.DATA=" + "[" * 5000,
        "window.DATA={" + '"a":{' * 3000 + "}" * 3001,
        "window.A={" * 2000,
        "a={" * 500_000,
        'a={"b":' * 300_000,
        "window.DATA=" + json.dumps([["a", 1]] * 50_000),
    ],
)
def test_a_state_that_is_broken_or_endless(script: str) -> None:
    found = extract(f"{HEAD}<script>{script}</script>".encode(), URL)
    assert isinstance(found, Refusal)
    assert found.reason != "failed", found


def test_a_program_before_the_state_is_passed_over() -> None:
    program = "function f(){" + "a={b:1};c=[d];" * 500 + "}"
    page = f"{HEAD}<script>{program}window.STATE={json.dumps(AS_HTML)};f()</script>"
    found = extract(page.encode(), URL)
    assert isinstance(found, Article), found
    assert found.sources["body"] == "the page's state"
