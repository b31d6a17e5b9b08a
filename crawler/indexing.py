"""Ingest beside the crawl: a process of its own that follows the WARC files and fills the index.

It takes no signals of the terminal. Its standard input tells it how long to follow: as long as the
pipe is open. So it ends, with everything indexed, when the crawl does, even when that is killed.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive.collection import Collection
from archive.errors import NewswarcError, StorageError
from archive.ingest import ingest


class Indexing:
    """The process, for as long as the ``with`` block lasts.

    Args:
        collection: what is indexed.
        wanted: False for a block without any.

    Attributes:
        problems: what went wrong, a line each; known behind `finish`.
    """

    def __init__(self, collection: Collection, *, wanted: bool = True) -> None:
        self.problems: list[str] = []
        self._path = collection.path
        self._wanted = wanted
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if self._wanted:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "crawler.indexing", str(self._path.absolute())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self.stop()

    def finish(self) -> None:
        """Wait until everything is indexed.

        Raises:
            StorageError: the disk takes no more; what was captured is safe.
        """
        process, self._process = self._process, None
        if process is None:
            return
        try:
            answer, _ = process.communicate()
        except KeyboardInterrupt:
            process.kill()
            process.wait()
            raise
        try:
            self.problems += json.loads(answer)
        except ValueError:
            self.problems.append(f"indexing failed with {process.returncode}; see {_RETRY}")
        if process.returncode == StorageError.exit_code:
            raise StorageError(" ".join(self.problems))

    def stop(self) -> None:
        """Stop at once; `newswarc index` goes on where it was."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


_RETRY = "`newswarc index`"


def main() -> None:
    """Index the collection named on the command line until standard input ends."""
    problems, code = _follow(Path(sys.argv[1]))
    print(json.dumps(problems))  # noqa: T201 (that is the answer)
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
