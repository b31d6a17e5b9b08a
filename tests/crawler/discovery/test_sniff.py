from __future__ import annotations

import gzip

import pytest

from crawler.discovery.sniff import Format, plain, sniff


@pytest.mark.parametrize(
    ("body", "content_type", "form"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'>", "text/html", Format.FEED),
        (b"\xef\xbb\xbf\n <rss>", "", Format.FEED),
        (b"<!-- made by hand --><feed xmlns='http://www.w3.org/2005/Atom'>", "", Format.FEED),
        (b"<rdf:RDF xmlns:rdf='x'>", "text/plain", Format.FEED),
        ("<?xml version='1.0' encoding='UTF-16'?><rss>".encode("utf-16"), "", Format.FEED),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "", Format.FEED),
        (b"<?xml version='1.0'?><urlset>", "text/html", Format.SITEMAP),
        (b"<?xml-stylesheet href='a.xsl'?><sitemapindex>", "", Format.SITEMAP),
        (b"<!DOCTYPE html><html>", "text/xml", Format.HTML),
        (b"<!doctype html SYSTEM 'about:legacy-compat'>\n<HTML>", "", Format.HTML),
        (b"<article class='card'><a href='/x'>", "", Format.HTML),
        (b"Some text, then <p>markup", "text/html; charset=utf-8", Format.HTML),
        (b"https://example.org/a\nhttps://example.org/b\n", "", Format.TEXT),
        (b"https://example.org/a", "text/plain", Format.TEXT),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png", Format.OTHER),
        (b"PK\x03\x04\x00\x00", "text/html", Format.OTHER),
        (b"{}", "application/json", Format.JSON),
        (b"<svg xmlns='x'>", "image/svg+xml", Format.OTHER),
        (b"", "text/html", Format.EMPTY),
        (b" \n ", "", Format.EMPTY),
    ],
)
def test_a_document_is_what_it_holds(body: bytes, content_type: str, form: Format) -> None:
    assert sniff(body, content_type) is form


def test_gzip_is_taken_off() -> None:
    assert plain(gzip.compress(b"<urlset/>")) == b"<urlset/>"
    assert plain(b"<urlset/>") == b"<urlset/>"


def test_broken_gzip_is_read_as_far_as_it_goes() -> None:
    data = gzip.compress(bytes(range(256)) * 1000)
    assert plain(data[: len(data) // 2])
    assert plain(b"\x1f\x8bnonsense") == b""


def test_a_gzip_bomb_is_cut() -> None:
    assert len(plain(gzip.compress(bytes(80_000_000)))) == 64 * 1024 * 1024
