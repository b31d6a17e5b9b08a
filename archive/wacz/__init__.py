"""WACZ 1.1.1: WARC files, their index and a list of pages in one ZIP file, written and checked.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from archive.wacz.check import Problem, check
from archive.wacz.pages import Page
from archive.wacz.reader import WaczReader
from archive.wacz.writer import WaczWriter

__all__ = ["Page", "Problem", "WaczReader", "WaczWriter", "check"]
