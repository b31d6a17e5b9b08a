"""WARC files into the index: the one way in, for a live crawl, an import and a rebuild alike."""

from archive.ingest.run import ingest
from archive.ingest.summary import IngestProgress, IngestSummary

__all__ = ["IngestProgress", "IngestSummary", "ingest"]
