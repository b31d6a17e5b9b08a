"""The process beside the crawl: ``python -m crawler.follow COLLECTION``.

Its standard input tells it how long to follow: as long as the pipe is open. So it ends, with
everything indexed, when the crawl does, even when that is killed. Its answer is what went wrong, a
JSON list of lines.
"""

from __future__ import annotations

import json
import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.ingest import ingest

_RETRY = "`newswarc index`"
#: Extraction takes every core that is left, but the crawl goes first.
_NICENESS = 10


def main() -> None:
    """Index the collection named on the command line until standard input ends."""
    os.nice(_NICENESS)
    problems, code = _follow(Path(sys.argv[1]))
    with suppress(BrokenPipeError):  # the crawl was killed; its index is as it should be
        os.write(sys.stdout.fileno(), json.dumps(problems).encode())
    sys.exit(code)


def _follow(path: Path) -> tuple[list[str], int]:
    """Index, and return what went wrong, and an exit code."""
    try:
        summary = ingest(Collection(path), follow=_crawl_goes_on)
    except NewswarcError as error:
        return [f"indexing failed: {error}; mend it and run {_RETRY}"], error.exit_code
    problems = [f"extraction failed: {url}: {why}" for url, why in summary.failed]
    return problems + [problem for _, _, problem in summary.damaged], 0


def _crawl_goes_on() -> bool:
    ready: tuple[list[Any], ...] = select.select([sys.stdin], [], [], 0)
    return not (ready[0] and not os.read(sys.stdin.fileno(), 1))


if __name__ == "__main__":
    main()
