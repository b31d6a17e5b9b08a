"""What is in an archive, for other programs and for readers: WACZ, WARC, tables, texts, a book.

All of it is made in one pass with little in memory, and is the same bytes for the same archive
and the same `Wanted`.
"""

from archive.export.exchange import Exchanges
from archive.export.selection import Selection
from archive.export.wanted import Wanted

__all__ = ["Exchanges", "Selection", "Wanted"]
