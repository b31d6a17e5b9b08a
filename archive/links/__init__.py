"""Where URLs stand in HTML and CSS: found without a parser tree, with the span of each.

The crawler asks which URLs a page needs; replay edits them in place and leaves every other byte
alone. Both get the same answer from here. Pages are read as latin-1, one character a byte, so
that spans are byte offsets and bytes of any ASCII-compatible charset survive an edit.
"""

from archive.links.css import css_links
from archive.links.html import html_links, tag_links
from archive.links.link import Kind, Link
from archive.links.markup import Attribute, Tag, tags

__all__ = ["Attribute", "Kind", "Link", "Tag", "css_links", "html_links", "tag_links", "tags"]
