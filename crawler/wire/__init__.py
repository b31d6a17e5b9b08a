"""HTTP/1.1 as it goes over the wire: a download handler that keeps the exact bytes.

Only the add-on's name is public here: `DOWNLOAD_HANDLERS` and the rest follow from it.
"""

from crawler.wire.addon import Addon

__all__ = ["Addon"]
