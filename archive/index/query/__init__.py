"""The query language: what a person types, as a tree, and on its way into SQL."""

from archive.index.query.parser import parse, raw
from archive.index.query.tree import Node, Parsed

__all__ = ["Node", "Parsed", "parse", "raw"]
