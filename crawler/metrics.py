"""The health of a collection as a Prometheus text file, for node_exporter's textfile collector.

Each sample is labelled with the collection, so that the files of several can lie side by side. The
format is Prometheus' text exposition format 0.0.4.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archive import timestamp
from archive.errors import StorageError, storage_errors
from crawler.health import Health

#: One sample: its labels beside the collection, and its value.
Sample = tuple[dict[str, str], float]


def exposition(health: Health) -> str:
    """Return the text of the file."""
    own = {"collection": health.archive["collection"]}
    lines = []
    for name, about, samples in _families(health):
        if samples:
            lines += [f"# HELP newswarc_{name} {about}", f"# TYPE newswarc_{name} gauge"]
        for labels, value in samples:
            pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in (own | labels).items())
            lines.append(f"newswarc_{name}{{{pairs}}} {value!r}")
    return "\n".join([*lines, ""])


def write(path: Path, text: str) -> None:
    """Put `text` at `path`, at once: whoever reads sees the old file or the new one.

    Raises:
        StorageError: it cannot be written.
    """
    if not path.absolute().parent.is_dir():
        raise StorageError(f"cannot write {path}: no such directory")
    with storage_errors(path):
        # The collector reads what ends in .prom, so the file in the making must not.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                os.fchmod(file.fileno(), 0o644)  # for a collector that is another user
            Path(name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise


def _families(health: Health) -> Iterator[tuple[str, str, list[Sample]]]:
    """Yield name, meaning and samples of each metric."""
    yield "status_timestamp_seconds", "When this was written.", [({}, _seconds(health.time))]
    if health.runs:
        last = health.runs[0]
        yield (
            "last_run_start_timestamp_seconds",
            "Start of the last crawl.",
            [({}, _seconds(last.started))],
        )
        yield "last_run_info", "Why the last crawl ended.", [({"reason": last.reason}, 1)]
    finished = next((run for run in health.runs if run.finished is not None), None)
    if finished is not None and finished.finished is not None:
        yield (
            "last_finished_timestamp_seconds",
            "End of the last crawl that said how it ended.",
            [({}, _seconds(finished.finished))],
        )
        yield (
            "last_finished_duration_seconds",
            "How long that crawl took.",
            [({}, finished.seconds or 0)],
        )
        yield (
            "last_finished_articles",
            "Articles captured in that crawl.",
            [({}, finished.articles)],
        )
        if finished.failed is not None:
            yield "last_finished_failed", "URLs that failed in that crawl.", [({}, finished.failed)]
    yield from _of_sources(health)
    archive = health.archive
    for name, about, value in (
        ("warc_bytes", "Size of the WARC files.", archive["warc_bytes"]),
        ("index_bytes", "Size of the index.", archive["index_bytes"]),
        ("unindexed_bytes", "Bytes of WARC that are not indexed yet.", archive["bytes_to_index"]),
        ("captures", "Captures in the index.", archive["captures"]),
        ("articles", "Articles in the index.", archive["articles"]),
        ("damages", "Places of the WARC files that cannot be read.", len(archive["damages"])),
        ("disk_free_bytes", "Free bytes of the disk.", health.disk.free),
        ("growth_bytes_per_day", "Growth of the collection, last 7 days.",
         health.disk.growth_per_day),
    ):  # fmt: skip
        yield name, about, [({}, value)]
    if health.disk.days_left is not None:
        yield (
            "disk_days_left",
            "Days until the disk is full at this rate.",
            [({}, health.disk.days_left)],
        )


def _of_sources(health: Health) -> Iterator[tuple[str, str, list[Sample]]]:
    sources = health.sources
    yield (
        "urls",
        "URLs by source and state.",
        [
            ({"source": source.name, "state": state}, number)
            for source in sources
            for state, number in sorted(source.urls.items())
        ],
    )
    yield (
        "new_articles",
        "Articles discovered in the last 24 hours, and captured.",
        [({"source": source.name}, source.articles_day) for source in sources],
    )
    yield (
        "edits",
        "New versions of known articles, last 24 hours.",
        [({"source": source.name}, source.edits_day) for source in sources],
    )
    yield (
        "open_gaps",
        "Gaps that are open.",
        [({"source": source.name}, source.open_gaps) for source in sources],
    )
    yield (
        "new_gaps",
        "Gaps noticed in the last 24 hours, open or over.",
        [({"source": source.name}, source.gaps_day) for source in sources],
    )
    yield (
        "removed_articles",
        "Articles that their site has removed.",
        [({"source": source.name}, source.removed) for source in sources],
    )
    yield (
        "next_poll_timestamp_seconds",
        "When a listing of the source is due next.",
        [
            ({"source": source.name}, _seconds(source.next_poll))
            for source in sources
            if source.next_poll is not None
        ],
    )


def _seconds(stamp: str) -> float:
    return timestamp.to_datetime(stamp).timestamp()


def _escaped(text: str) -> str:
    r"""Return the value of a label as the format wants it.

    >>> print(_escaped('a "b"\n\\'))
    a \"b\"\n\\
    """
    # What is no Unicode (a surrogate of a path) would make the whole file unreadable.
    valid = text.encode("utf-8", "backslashreplace").decode()
    return valid.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
