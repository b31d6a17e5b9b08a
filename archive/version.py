"""The version of newswarc, as software fields and the command line tell it."""

__version__ = "0.1.0"
