"""Citations: one article in a bundle that proves by itself, offline, what it is and whose.

The bundle is a WACZ with the records of one capture. Each record proves by its bytes and an audit
path that it is in a WARC file of a signed manifest; see docs/verify.md.
"""

from archive.cite.bundle import Cited, cite
from archive.cite.check import Checked, check

__all__ = ["Checked", "Cited", "check", "cite"]
