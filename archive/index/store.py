"""Writing the index: one writer, whole transactions, the same rows for the same records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.errors import NewswarcError
from archive.index import bulk as bulk_filling
from archive.index import fulltext, indexfile, moving, redactions, renderings, replacing, timeline
from archive.index.articles import clean
from archive.index.compact import Packer
from archive.index.likeness import Copies, CopiesAtEnd
from archive.index.names import Names
from archive.index.rows import insert
from archive.index.texts import Text
from archive.model import Capture, Redaction, Refusal

#: Pages that the writer keeps in memory (KiB): the indexes of a large file are written all over.
_CACHE = 32 * 1024


class Store:
    """The writer of one index file; a missing file is made.

    Args:
        path: of the file.
        bulk: fill a new index as fast as possible. It is one only after `finish`; after a failure
            or a power cut before that, the file is of no use.
        durable: what is written survives a power cut. As a rule the last transactions need not:
            what they say is in the WARC files.

    Raises:
        DamagedArchive: the file is no index, or a broken one.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, *, bulk: bool = False, durable: bool = False) -> None:
        self.path = path
        self._bulk = bulk
        self._db = indexfile.open_index(path)
        self._packer = Packer(self._db)
        self._names = Names(self._db)
        self._files: dict[str, int] = {}
        self._copies = CopiesAtEnd(self._db) if bulk else Copies(self._db)
        if bulk:
            self._put_off = bulk_filling.prepare(self._db)
        else:
            self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
        if durable:
            self._db.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        """Close the file; what was written is then all in it."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written inside one change: all of it, or nothing.

        While an index is filled in bulk, all changes are one, which `finish` completes.
        """
        with indexfile.problems(self.path):
            if not (self._bulk and self._db.in_transaction):
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                if not self._bulk:
                    fulltext.catch_up(self._db, self._names)
                    self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                self._packer.forget()
                self._names.forget()
                self._files.clear()
                raise

    def finish(self) -> None:
        """Complete an index that was filled in bulk; then it is one like any other."""
        if not self._bulk:
            return
        with self.transaction():
            self._copies.finish()
            bulk_filling.finish(self._db, self._put_off)
        with indexfile.problems(self.path):
            self._db.execute("COMMIT")
            bulk_filling.settle(self._db)
        self._bulk = False
        self._copies = Copies(self._db)

    def indexed_until(self, file: str) -> int:
        """Return up to which offset a WARC file is indexed; 0 when it is not known."""
        with indexfile.problems(self.path):
            row = self._db.execute(
                "SELECT indexed_until FROM warc_files WHERE name = ?", (file,)
            ).fetchone()
        return row["indexed_until"] if row else 0

    def advance(self, file: str, indexed_until: int, records: int) -> None:
        """Note how far a WARC file is indexed now, and how many records more that is."""
        self._db.execute(
            "UPDATE warc_files SET indexed_until = ?, records = records + ? WHERE id = ?",
            (indexed_until, records, self._file_id(file)),
        )

    def add_crawl(self, file: str, moment: str, info: Mapping[str, str]) -> None:
        """Note the crawl that wrote a WARC file.

        Args:
            file: its name.
            moment: timestamp of its warcinfo record.
            info: the fields of that record, names in lower case.
        """
        info = {name: clean(value) for name, value in info.items()}
        name = info.get("ispartof") or file
        row = self._db.execute("SELECT id FROM crawls WHERE name = ?", (name,)).fetchone()
        crawl_id = (
            row["id"]
            if row
            else insert(
                self._db,
                "crawls",
                name=name,
                started=moment,
                software=info.get("software"),
                operator=info.get("operator"),
                user_agent=info.get("http-header-user-agent"),
                info=json.dumps(info, ensure_ascii=False),
            )
        )
        self._db.execute(
            "UPDATE warc_files SET crawl_id = ? WHERE id = ?", (crawl_id, self._file_id(file))
        )

    def add_damage(self, file: str, offset: int, problem: str) -> None:
        """Note a place of a WARC file that cannot be read."""
        self._db.execute(
            'INSERT INTO damages (warc_file_id, "offset", problem) VALUES (?, ?, ?)'
            ' ON CONFLICT (warc_file_id, "offset") DO UPDATE SET problem = excluded.problem',
            (self._file_id(file), offset, clean(problem)),
        )

    def forget_damages(self, file: str, offset: int) -> None:
        """Forget the places of a WARC file that could not be read, from an offset on."""
        self._db.execute(
            'DELETE FROM damages WHERE warc_file_id = ? AND "offset" >= ?',
            (self._file_id(file), offset),
        )

    def add_capture(self, capture: Capture, found: Text | Refusal | None) -> int:
        """Add a capture and what was found in it.

        Args:
            capture: of a record that is not in the index yet.
            found: the article it shows, why it shows none, or None when nobody looked. A revisit
                shows what the capture shows that it refers to.

        Returns:
            By how many the versions in the index have become more: 1 for a new one, as a rule.
        """
        refusal = None
        if isinstance(found, Refusal):
            refusal = Refusal(found.reason, clean(found.detail))
        file_id = self._file_id(capture.location.file)
        if redactions.is_hidden(self._db, capture.urlkey):
            refusal, found = Refusal(redactions.REDACTED), None
        capture_id = self._packer.add(capture, file_id, refusal)
        if refusal and refusal.reason == redactions.REDACTED:
            return 0
        if isinstance(found, Text):
            return timeline.see(self._db, self._copies, found, capture.timestamp, capture_id)
        if capture.record_type == "revisit":
            return timeline.see_again(self._db, self._copies, capture, capture_id)
        return 0

    def add_rendering(self, url: str, moment: str, found: Text) -> int:
        """Add what a browser showed of a page that is in the index; see `renderings.add`."""
        return renderings.add(self._db, self._copies, url, moment, found)

    def pages(self, host: str | None, since: str, until: str, *, failed: bool = False) -> list[int]:
        """Return the captures that were looked at for an article; see `replacing.pages`."""
        return replacing.pages(self._db, host, since, until, failed=failed)

    def page(self, capture_id: int) -> replacing.Page | None:
        """Return a capture as the index has it; see `replacing.page`."""
        return replacing.page(self._db, capture_id)

    def replace(self, page: replacing.Page, found: Text | Refusal) -> None:
        """Make the index say of a capture what was found now; see `replacing.replace`."""
        replacing.replace(self._db, self._copies, page, found)

    def add_redaction(self, redaction: Redaction) -> None:
        """Note a redaction; see `redactions.add`."""
        redactions.add(self._db, self._copies, redaction)

    def forget(self, captures: Iterable[int]) -> None:
        """Take captures out of the index; see `redactions.forget`."""
        redactions.forget(self._db, self._copies, captures)
        self._packer.forget()

    def redacted(self, urls: Iterable[str], captures: Iterable[tuple[str, str]]) -> list[int]:
        """Return the captures that a removal takes; see `redactions.taken`."""
        return redactions.taken(self._db, urls, captures)

    def move(
        self, new: str, old: Sequence[str], spans: Sequence[moving.Span], size: int, records: int
    ) -> None:
        """Make the index say where records are now; see `moving.move`."""
        if outside := moving.outside(self._db, old, spans):
            self.forget(outside)
        moving.move(self._db, new, old, spans, size, records)
        self._files.clear()

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the file; see `redactions.scrub`.

        Raises:
            NewswarcError: somebody reads the index all the while.
        """
        with indexfile.problems(self.path):
            is_done = redactions.scrub(self._db)
        self._names.forget()
        if not is_done:
            raise NewswarcError(
                f"somebody keeps reading {self.path}, which therefore holds still what was"
                " redacted; end that, then `newswarc index` finishes the redaction"
            )

    def _file_id(self, name: str) -> int:
        if name not in self._files:
            row = self._db.execute("SELECT id FROM warc_files WHERE name = ?", (name,)).fetchone()
            self._files[name] = row["id"] if row else insert(self._db, "warc_files", name=name)
        return self._files[name]
