"""Blocks to CommonMark, such that a CommonMark reader gets back the very words of the page.

Escapes only what would be read as markup where it stands: an archive's text should stay readable
as it is. One block is one line, so that a line break in the source never ends a paragraph.
Tables are GitHub's (CommonMark has none).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

from archive.commonmark import destination, escape, escape_brackets, escape_start, link
from archive.extract.blocks import (
    Block,
    Divider,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Related,
    Run,
    Runs,
    Table,
)

_STYLES = ("link", "strong", "emphasis", "code")


def markdown(blocks: Sequence[Block]) -> str:
    """Return the CommonMark of a body, without a newline at the end."""
    parts: list[str] = []
    marks = itertools.cycle("-+")
    mark = next(marks)
    previous: Block | None = None
    for block in blocks:
        if isinstance(block, Listing) and isinstance(previous, Listing):
            mark = next(marks)  # another mark, another list
        if part := _block(block, mark):
            parts.append(part)
            previous = block
    return "\n\n".join(parts)


def _block(block: Block, mark: str) -> str:
    match block:
        case Paragraph(runs):
            return _paragraph(runs)
        case Heading(level, runs):
            return f"{'#' * level} {_closing(inline(_one_line(runs)))}"
        case Quote(blocks):
            return "\n".join(f"> {line}".rstrip() for line in markdown(blocks).split("\n"))
        case Listing(ordered, items):
            return _listing(ordered, items, mark)
        case Table(rows):
            return _table(rows)
        case Picture(url, alt, caption):
            image = "!" + link(alt, url)
            return f"{image}\n\n{_paragraph(caption)}" if caption else image
        case Preformatted(text):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return f"{fence}\n{text}\n{fence}"
        case Divider():
            return "---"
        case Related(title, url):
            name = link(title, url) if url else escape(title)
            return f"**Related article:** {name}"


def _paragraph(runs: Runs) -> str:
    return "\\\n".join(map(escape_start, inline(runs).split("\n")))


def _closing(heading: str) -> str:
    """Escape the number signs that would close a heading."""
    start = heading.rstrip("#")
    if len(start) < len(heading) and (not start or start[-1] == " "):
        return f"{start}\\{heading[len(start) :]}"
    return heading


def _listing(ordered: bool, items: Sequence[Sequence[Block]], mark: str) -> str:
    lines: list[str] = []
    for number, item in enumerate(items, 1):
        start = f"{number}{'.' if mark == '-' else ')'} " if ordered else f"{mark} "
        inner = markdown(item)
        if all(map(_is_tight, item[1:])) and isinstance(item[0], Paragraph):
            inner = inner.replace("\n\n", "\n")
        indented = inner.replace("\n", "\n" + " " * len(start))
        lines.append(re.sub(r"(?m)^ +$", "", start + indented))
    return "\n".join(lines)


def _is_tight(block: Block) -> bool:
    return isinstance(block, Listing)


def _table(rows: Sequence[Sequence[Runs]]) -> str:
    width = max(map(len, rows))
    lines = [_row([inline(_one_line(cell)) for cell in row], width) for row in rows]
    return "\n".join((lines[0], _row(["---"] * width, width), *lines[1:]))


def _row(cells: list[str], width: int) -> str:
    filled = [re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells] + [""] * (width - len(cells))
    return f"| {' | '.join(filled)} |"


def _one_line(runs: Runs) -> Runs:
    return tuple(run._replace(text=" ") if run.text == "\n" else run for run in runs)


def inline(runs: Sequence[Run]) -> str:
    """Return the CommonMark of runs: one line, or more where there are line breaks."""
    return _styled(_detached(runs), _STYLES, "", "")


def _detached(runs: Sequence[Run]) -> list[Run]:
    """Move punctuation at the edge of bold or italic text out of it where a letter follows.

    ``**Moscow:**text`` is no emphasis in CommonMark (0.31, clause 6.2: a closing delimiter after
    punctuation needs white space or punctuation behind it); ``**Moscow**:text`` is.
    """
    out: list[Run] = []
    for index, run in enumerate(runs):
        text, before, after = run.text, "", ""
        if (run.strong or run.emphasis) and not run.code:
            previous = out[-1].text if out else ""
            following = runs[index + 1].text if index + 1 < len(runs) else ""
            if following[:1].isalnum():
                text = _strip(text, right=True)
                after = run.text[len(text) :]
            if previous[-1:].isalnum():
                kept = _strip(text, right=False)
                before, text = text[: len(text) - len(kept)], kept
        plain = run._replace(strong=False, emphasis=False)
        parts = (plain._replace(text=before), run._replace(text=text), plain._replace(text=after))
        out += [part for part in parts if part.text]
    return out


def _strip(text: str, *, right: bool) -> str:
    """Return `text` without the punctuation at its end, or at its start."""
    end = len(text)
    if right:
        while end and _is_punctuation(text[end - 1]):
            end -= 1
        return text[:end]
    start = 0
    while start < end and _is_punctuation(text[start]):
        start += 1
    return text[start:]


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _styled(runs: Sequence[Run], styles: Sequence[str], before: str, after: str) -> str:
    """Return runs with their styles nested: at each place the style that reaches furthest is out.

    Args:
        runs: what to write.
        styles: the styles not yet written around them.
        before: the character before the runs, or nothing at the start of the line.
        after: the character behind them, likewise.
    """
    out = before
    index = 0
    while index < len(runs):
        style, end = _furthest(runs, index, styles)
        group = runs[index:end]
        following = runs[end].text[:1] if end < len(runs) else after
        if style is None:
            follows_link = end < len(runs) and bool(runs[end].link)
            out += _literal(group[0].text, follows_link or after == "]", "link" not in styles)
        else:
            rest = [name for name in styles if name != style]
            text = "".join(run.text for run in group)
            lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            core = _shorn(group)
            if core:
                inner = _styled(core, rest, "", "]" if style == "link" else "")
                out += lead + _wrap(style, core, inner, out[-1:] + lead, trail + following) + trail
            else:
                out += text
        index = end
    return out[len(before) :]


def _furthest(runs: Sequence[Run], start: int, styles: Sequence[str]) -> tuple[str | None, int]:
    best: tuple[str | None, int] = (None, start + 1)
    if runs[start].text == "\n":
        return best
    for style in styles:
        value = getattr(runs[start], style)
        if value and not (style == "code" and best[0]):
            end = start + 1
            while end < len(runs) and getattr(runs[end], style) == value:
                end += 1
            if best[0] is None or end > best[1]:
                best = (style, end)
    return best


def _shorn(group: Sequence[Run]) -> list[Run]:
    """Return the group without the white space at its two ends."""
    core = list(group)
    while core and not core[0].text.strip():
        del core[0]
    while core and not core[-1].text.strip():
        del core[-1]
    if core:
        core[0] = core[0]._replace(text=core[0].text.lstrip())
        core[-1] = core[-1]._replace(text=core[-1].text.rstrip())
    return core


def _literal(text: str, before_bracket: bool, in_link: bool) -> str:
    if text == "\n":
        return text
    escaped = escape(text)
    if before_bracket and escaped.endswith("!"):
        escaped = escaped[:-1] + "\\!"  # not an image
    return escape_brackets(escaped) if in_link else escaped


def _wrap(style: str, core: Sequence[Run], inner: str, before: str, after: str) -> str:
    if style == "link":
        return f"[{inner}]({destination(core[0].link or '')})"
    if style == "code":
        return _code("".join(run.text for run in core))
    if before[-1:].isalnum() or after[:1].isalnum():
        return f"**{inner}**" if style == "strong" else f"*{inner}*"
    return f"**{inner}**" if style == "strong" else f"_{inner}_"


def _code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
