"""Verification: records are what they were, the index says what they say, nothing is gone."""

from archive.verify.digests import digest_problems
from archive.verify.finding import Finding
from archive.verify.run import packages, verify

__all__ = ["Finding", "digest_problems", "packages", "verify"]
