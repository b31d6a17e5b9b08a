"""``python -m crawler`` is ``newswarc``, for where the console script is not on the path."""

from __future__ import annotations

from crawler.cli import main

if __name__ == "__main__":
    main()
