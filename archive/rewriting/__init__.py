"""WARC files put in the place of others, so that a kill at any moment leaves a whole archive.

Files that are closed are never changed: a new one, under a name of its own, takes the place of one
or several. It is written and verified beside them, what the index says is moved to it, and only
then are the old ones removed. What is under way stands in a journal; whoever next writes the index
finishes it first (`finish`).
"""

from archive.rewriting.journal import Journal, Work
from archive.rewriting.newfile import whole_records
from archive.rewriting.removal import Removal
from archive.rewriting.signing import believed
from archive.rewriting.steps import finish

__all__ = ["Journal", "Removal", "Work", "believed", "finish", "whole_records"]
