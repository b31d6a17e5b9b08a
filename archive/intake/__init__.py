"""Foreign archives, taken into a collection: WARC, ARC and WACZ files, copied or linked.

What is taken in lies in the collection's ``archive/`` like what was crawled; `archive.ingest`
indexes it. Nothing in a source is changed, and nothing of it is believed.
"""

from archive.intake.run import take_in
from archive.intake.taken import Taken

__all__ = ["Taken", "take_in"]
