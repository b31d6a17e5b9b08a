"""What an ingest says about itself, while it runs and afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class IngestSummary:
    """What an ingest did.

    Attributes:
        records: WARC records read.
        captures: captures added.
        articles: captures in which an article was found.
        versions: versions that were new.
        refused: pages without an article, by reason.
        failed: pages that broke the extraction: URL and what happened.
        damaged: places of WARC files that could not be read: file, offset, problem.
        skipped: another process was writing the index, and nothing was done.
    """

    records: int = 0
    captures: int = 0
    articles: int = 0
    versions: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[tuple[str, int, str]] = field(default_factory=list)
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is, after a batch.

    Attributes:
        file: the WARC file it is reading.
        bytes_read: of all files, those indexed before included.
        bytes_total: of all files.
        summary: what was done so far; it goes on changing.
    """

    file: str
    bytes_read: int
    bytes_total: int
    summary: IngestSummary
