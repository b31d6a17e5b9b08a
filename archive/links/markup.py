"""Tags in HTML of any quality, in linear time.

This follows the tokenizer of the HTML Standard (clause 13.2.5) as far as finding tags and
attributes needs it: comments, raw-text elements, unclosed quotes and stray ``<`` end where they
end in a browser. Scripts are read as closed by the first ``</script``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SPACE = r"[ \t\n\f\r]"
#: What may open a tag; an end tag without attributes is passed over.
_OPENING = re.compile(
    r"<(?!/[a-zA-Z][^ \t\n\f\r/><]*+>)(?:(/?)([a-zA-Z][^ \t\n\f\r/>]*+)|(!--)|[!?/])"
)
_COMMENT_END = re.compile(r"--!?>")
#: The end of a tag, or an attribute. A quote that is never closed runs to the end of the page.
_ATTRIBUTE = re.compile(
    rf"[ \t\n\f\r/]*(?:(>)|([^ \t\n\f\r/>][^ \t\n\f\r/>=]*)"
    rf"(?:{_SPACE}*={_SPACE}*(?:\"([^\"]*)\"?|'([^']*)'?|([^ \t\n\f\r>]*)))?)"
)
#: Attributes in which no URL can stand and which instruct a browser to do nothing, well-formed and
#: in lower case, as most are: a run of them, passed over in one go.
_PLAIN_ATTRIBUTES = (
    rf"(?:{_SPACE}+(?:class|id|alt|title|width|height|role|lang|dir|datetime|tabindex|hidden"
    r"|aria-[a-z]+|item(?:prop|scope|type|id)|data-(?!src|lazy|original|poster|b)[\w-]+)"
    r"(?:=\"[^\"]*\"(?=[ \t\n\f\r/>])|='[^']*'(?=[ \t\n\f\r/>])"
    rf"|=[^ \t\n\f\r>\"'=`]+(?=[ \t\n\f\r>])|(?={_SPACE}|/?>)(?!{_SPACE}*=))){{0,50}}"
)
_PLAIN_RUN = re.compile(_PLAIN_ATTRIBUTES)
#: Text, end tags, and tags of such names with nothing else in them: most of most pages.
_PLAIN = re.compile(
    r"(?:[^<]+"
    r"|</[a-zA-Z][^ \t\n\f\r/><]*>"
    r"|<(?:p|div|span|li|ul|ol|h[1-6]|br|hr|b|i|u|em|strong|small|sup|sub|section|article|header"
    r"|footer|main|aside|nav|time|figure|figcaption|picture|blockquote|dl|dt|dd|label|tr|tbody|thead)"
    rf"{_PLAIN_ATTRIBUTES}{_SPACE}*/?>){{0,1000}}"
)
#: Elements whose content is text and no markup. ``noscript`` is not one: replay runs no scripts.
RAW_TEXT = frozenset(
    {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"}
)
_RAW_END = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in RAW_TEXT}


class Attribute(NamedTuple):
    """One attribute as written.

    Attributes:
        name: lower case.
        start: where its name begins.
        end: behind its value and the closing quote.
        value_start: where its raw value begins, inside the quotes; `end` when it has none.
        value_end: where its raw value ends.
        quote: ``"``, ``'`` or nothing.
    """

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    quote: str


class Tag(NamedTuple):
    """A start tag.

    Attributes:
        name: lower case.
        start: where its ``<`` stands.
        end: behind its ``>``.
        attributes: in their order; of two with one name browsers take the first.
        content_end: where the text of a raw-text element ends that begins at `end`; else `end`.
    """

    name: str
    start: int
    end: int
    attributes: list[Attribute]
    content_end: int

    def get(self, name: str) -> Attribute | None:
        """Return the attribute called `name`, or None."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None


def tags(text: str, *, plain: bool = True) -> Iterator[Tag]:
    """Yield every start tag of `text`, a page read as latin-1, in its order.

    A tag that the end of the page cuts off is none, as in browsers.

    Args:
        text: the page.
        plain: what cannot have to do with a URL is wanted as well: attributes such as ``class``
            and ``alt``, and paragraphs, list items and the like that have no others. Without most
            of that it takes a third of the time.
    """
    position = 0
    while opening := _OPENING.search(text, position if plain else _behind_plain(text, position)):
        slash, name, comment = opening.groups()
        if comment:
            position = _end_of_comment(text, opening.end())
        elif name is None:
            position = _behind(text, ">", opening.end())
        else:
            found = _attributes(text, opening.end(), plain)
            if found is None:
                return
            attributes, position = found
            if slash:
                continue
            name = name.lower()
            content_end = end = position
            if name in RAW_TEXT:
                closing = _RAW_END[name].search(text, end)
                content_end = position = closing.start() if closing else len(text)
            yield Tag(name, opening.start(), end, attributes, content_end)


def _behind_plain(text: str, position: int) -> int:
    """Return where the first thing begins, from `position` on, that is not plain."""
    while (passed := _PLAIN.match(text, position)) and passed.end() > position:
        position = passed.end()
    return position


def _attributes(text: str, position: int, plain: bool) -> tuple[list[Attribute], int] | None:
    """Read the inside of a tag; return its attributes and where it ends, or None at the end."""
    attributes: list[Attribute] = []
    if text.startswith(">", position):
        return attributes, position + 1
    while True:
        if not plain and (run := _PLAIN_RUN.match(text, position)):
            position = run.end()
        match = _ATTRIBUTE.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match[1]:
            return attributes, position
        group = match.lastindex or 2
        if group == 2:
            span, quote = (position, position), ""
        else:
            span, quote = match.span(group), ("" if group == 5 else '"' if group == 3 else "'")
        attributes.append(Attribute(match[2].lower(), match.start(2), position, *span, quote))


def _end_of_comment(text: str, position: int) -> int:
    for abrupt in (">", "->"):  # <!--> and <!---> are whole comments
        if text.startswith(abrupt, position):
            return position + len(abrupt)
    end = _COMMENT_END.search(text, position)
    return end.end() if end else len(text)


def _behind(text: str, character: str, position: int) -> int:
    found = text.find(character, position)
    return len(text) if found < 0 else found + 1
