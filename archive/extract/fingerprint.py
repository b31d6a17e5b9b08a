"""The digest that tells one text of an article from another."""

from __future__ import annotations

from archive import digest
from archive.model import Article
from archive.wording.words import fold


def text_digest(article: Article) -> str:
    """Return ``sha256:`` and the digest of an article's title and text.

    Two captures with the same digest show the same version. Links, images, boxes, captions and the
    structure of the body do not count; neither do white space, the form of quotation marks and
    dashes, and Unicode's compatibility forms.
    """
    return digest_of(article.title, article.text)


def digest_of(title: str, text: str) -> str:
    """Return the digest of a title and a text; see `text_digest`."""
    folded = "\n".join(map(fold, (title, text)))
    return digest.sha256(folded.encode("utf-8", "surrogatepass"))
