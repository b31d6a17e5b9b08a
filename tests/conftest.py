"""What the whole suite shares."""

from __future__ import annotations

import os

# The suite speaks for a machine without settings of its own.
os.environ.pop("NEWSWARC_COLLECTION", None)
