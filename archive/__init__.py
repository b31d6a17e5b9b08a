"""The offline half of newswarc: everything that reads, indexes and shows what was captured.

::

    from archive import Collection

    for hit in Collection("news").search("north korea troops").hits:
        print(hit.published, hit.title, hit.url)
"""

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.model import Article, Capture, Hit, Version
from archive.version import __version__

__all__ = ["Article", "Capture", "Collection", "Hit", "NewswarcError", "Version", "__version__"]
