"""Ingest beside the crawl: a process of its own that follows the WARC files and fills the index.

What it runs is `crawler.follow`, which takes half a second and 60 MB that the crawl can do without.
It takes no signals of the terminal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import TracebackType
from typing import Self

from archive import watch
from archive.collection import Collection
from archive.errors import NewswarcError, StorageError
from archive.index.counts import indexed_until
from archive.index.database import Reader
from archive.warc.openfile import OPEN_SUFFIX


def waiting(collection: Collection) -> bool:
    """Tell whether there is something in the WARC files that is not indexed, or may not be."""
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            known = indexed_until(db)
    except NewswarcError:
        return True
    finally:
        reader.close()
    return any(
        path.stat().st_size != known.get(path.name.removesuffix(OPEN_SUFFIX), 0)
        for path in collection.warc_files()
    )


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
        self._collection = collection
        self._wanted = wanted
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if self._wanted:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "crawler.follow", str(self._collection.path.absolute())],
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
        """Wait until everything is indexed; tell those who wait for what it brought.

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
            self.problems.append(f"indexing failed with {process.returncode}; see `newswarc index`")
        if process.returncode == StorageError.exit_code:
            raise StorageError(" ".join(self.problems))
        try:
            self.problems += watch.run(self._collection).problems
        except NewswarcError as error:
            self.problems.append(str(error))

    def stop(self) -> None:
        """Stop at once; `newswarc index` goes on where it was."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
