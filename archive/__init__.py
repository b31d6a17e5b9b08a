"""The offline half of newswarc: everything that reads, indexes and shows what was captured."""

__version__ = "0.1.0"
