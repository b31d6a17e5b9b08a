"""Do ledger and archive agree? What a crawl took for captured has to be there.

The other way round nothing is asked: what is stored and not settled is what a kill leaves, and the
next crawl salvages it; and much comes into an archive that no crawl ever asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress

from archive.collection import Collection
from archive.errors import ConfigError, DamagedArchive, NewswarcError
from archive.index import captures, counts, redactions
from archive.index.database import Reader
from archive.manifest import acts, key
from archive.urlkey import urlkey
from archive.verify import Finding
from archive.warc.openfile import OPEN_SUFFIX
from crawler.ledger import Ledger
from crawler.ledger.reading import Reading, reading

_BROKEN = "restore it from a copy, or delete it: crawls then discover everything anew"
_LOST = "restore the WARC file from a copy"
_DUE = "`newswarc verify --repair` makes it due again"
#: So many URLs are told and, in a transaction, made due.
_TOLD, _BATCH = 100, 1000


class Agreement:
    """What `newswarc verify` asks of the ledger."""

    def find(self, collection: Collection, *, quick: bool) -> Iterator[Finding]:
        """Yield where ledger and archive do not agree.

        Args:
            collection: theirs.
            quick: not URL by URL.
        """
        place = collection.ledger_path.name
        if not collection.ledger_path.exists():
            return
        try:
            with reading(collection.ledger_path) as ledger:
                if (problem := ledger.problem()) is not None:
                    yield Finding(place, problem, _BROKEN, "ledger")
                    return
                yield from _position(collection, ledger)
                for number, url in enumerate(() if quick else _lost(collection, ledger)):
                    if number == _TOLD:
                        more = f"and more than {_TOLD} others are in no WARC file"
                        yield Finding(place, more, _DUE, "ledger", repairable=True)
                        return
                    problem = f"{url} is captured by it, and is in no WARC file"
                    yield Finding(place, problem, _DUE, "ledger", repairable=True)
        except DamagedArchive as error:
            yield Finding(place, str(error), _BROKEN, "ledger")
        except NewswarcError:  # of an older newswarc: the next crawl brings it up to date
            return

    def repair(self, collection: Collection) -> Iterator[str]:
        """Make due what is lost; yield how much that is."""
        if not collection.ledger_path.exists():
            return
        lost: list[str] = []
        with suppress(NewswarcError), reading(collection.ledger_path) as ledger:
            lost += [] if ledger.problem() else _lost(collection, ledger)
        if not lost:
            return
        with closing(Ledger(collection.ledger_path)) as writing:
            for start in range(0, len(lost), _BATCH):
                writing.losses.make_due(lost[start : start + _BATCH])
            writing.commit(lambda: None)
        yield f"made {len(lost):,} URLs due again that are in no WARC file"


def _position(collection: Collection, ledger: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the place up to which the last crawl was acknowledged."""
    position = ledger.acknowledged()
    if position is None or not position.file:
        return
    files = {path.name.removesuffix(OPEN_SUFFIX): path for path in collection.warc_files()}
    path = files.get(position.file)
    if path is None:
        if f"archive/{position.file}" not in _retired(collection):
            problem = "a crawl was acknowledged in this file, which is not there"
            yield Finding(position.file, problem, _LOST, "ledger")
    elif (size := path.stat().st_size) < position.offset:
        problem = f"a crawl was acknowledged up to {position.offset:,}, it has {size:,} bytes"
        yield Finding(position.file, problem, _LOST, "ledger")


def _retired(collection: Collection) -> set[str]:
    """Return what acts have retired; of an act that cannot be believed is told elsewhere."""
    found: set[str] = set()
    with suppress(ConfigError):
        keys = key.public_keys(collection)
        for path in acts.paths(collection):
            with suppress(DamagedArchive):
                found.update(entry.path for entry in acts.read_one(path, keys).retired)
    return found


def _lost(collection: Collection, ledger: Reading) -> Iterator[str]:
    """Yield the URLs that were captured and are not in the index, once all is indexed."""
    with closing(Reader(collection.index_path)) as reader, reader.reading() as db:
        until = counts.indexed_until(db)
        for path in collection.warc_files():
            if path.stat().st_size > until.get(path.name.removesuffix(OPEN_SUFFIX), 0):
                return
        for url in ledger.captured():
            if captures.of_url(db, url, limit=1) or redactions.of_url(db, urlkey(url)):
                continue
            yield url
