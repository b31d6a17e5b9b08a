"""The JSON API: the collection for programs, read-only, described by an OpenAPI document.

`table` names every path. An operation's parameters are read and checked in one place
(`parameter`), its answer has a type (`model`), and the document is made of both.
"""
