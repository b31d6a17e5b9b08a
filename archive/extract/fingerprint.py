"""The digest that tells one text of an article from another."""

from __future__ import annotations

import unicodedata

from archive import digest
from archive.model import Article

#: Signs that typographers and content systems exchange without anybody editing the text.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)


def text_digest(article: Article) -> str:
    """Return ``sha256:`` and the digest of an article's title and text.

    Two captures with the same digest show the same version. Links, images, boxes, captions and the
    structure of the body do not count; neither do white space, the form of quotation marks and
    dashes, and Unicode's compatibility forms.
    """
    parts = (article.title, article.text)
    folded = "\n".join(" ".join(_fold(part).split()) for part in parts)
    return digest.sha256(folded.encode("utf-8", "surrogatepass"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_FOLDED)
