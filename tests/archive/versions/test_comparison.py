"""Two versions side by side, in all the forms they are shown in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article, Version
from archive.versions import compare

URL = "https://www.example.com/a"
LINES = st.lists(st.sampled_from(["a", "b", "c", "d <e>", "f\u202eg", ""]), max_size=25)


def version(number: int, text: str, title: str = "Ferry") -> Version:
    article = Article(url=URL, title=title, markdown=text, text=text)
    stamp = f"2024102308150{number}"
    return Version(1, number, f"sha256:{number}", article, stamp, stamp, 1)


def patched(old: list[str], diff: Iterator[str]) -> list[str]:
    """Apply a unified diff, checking each line of it."""
    new: list[str] = []
    at = 0
    assert next(diff).startswith("--- ")
    assert next(diff).startswith("+++ ")
    counts = [0, 0]
    for line in diff:
        if line.startswith("@@"):
            assert counts == [0, 0]
            match = re.fullmatch(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@", line)
            assert match
            start, removed, placed, added = map(int, match.groups())
            begin = start - 1 if removed else start
            new += old[at:begin]
            at, counts = begin, [removed, added]
            assert len(new) == (placed - 1 if added else placed)
            continue
        sign, rest = line[:1], line[1:]
        if sign in " -":
            assert old[at] == rest
            at, counts[0] = at + 1, counts[0] - 1
        if sign in " +":
            new.append(rest)
            counts[1] -= 1
    assert counts == [0, 0]
    return new + old[at:]


@given(LINES, LINES)
def test_a_unified_diff_makes_the_new_text_of_the_old(before: list[str], after: list[str]) -> None:
    one, other = version(1, "\n".join(before)), version(2, "\n".join(after))
    found = compare(URL, one, other)
    old, new = (["Ferry", "", *each.article.text.split("\n")] for each in (one, other))
    assert patched(old, found.as_unified()) == new


@given(LINES, LINES)
def test_a_page_shows_all_words_and_no_markup_but_ours(before: list[str], after: list[str]) -> None:
    found = compare(URL, version(1, "\n".join(before)), version(2, "\n".join(after), "<i>"))
    body = found.as_html().partition("</h1>")[2].partition("</body>")[0]
    assert set(re.findall(r"</?(\w+)", body)) <= {"p", "del", "ins"}
    shown = re.sub(r"<del>.*?</del>", "", body, flags=re.DOTALL)
    text = html.unescape(re.sub(r"</?(?:p|ins)>", "", shown))
    assert "".join(text.split()) == "".join("".join(after).split())


def test_paragraphs_keep_their_pieces() -> None:
    found = compare(URL, version(1, "One.\n\nTwo.\n\nSix."), version(2, "One.\n\nTen.\n\nSix."))
    assert [[(piece.kind, piece.text) for piece in part] for part in found.paragraphs()] == [
        [("same", "One.")],
        [("removed", "Two"), ("added", "Ten"), ("same", ".")],
        [("same", "Six.")],
    ]


def test_what_nobody_wrote_is_not_in_the_page() -> None:
    found = compare(URL, version(1, "x", "T"), version(2, '"&<y>', "</title><script>"))
    page = found.as_html()
    assert "<script" not in page
    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in page
    assert "<ins>&quot;&amp;&lt;y&gt;</ins>" in page
