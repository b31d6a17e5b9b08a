"""A search result as a book to read: EPUB 3.2, with the pictures that the archive has."""

from archive.export.epub.book import Book, to_epub

__all__ = ["Book", "to_epub"]
