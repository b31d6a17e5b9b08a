"""Which URLs belong to a source, and what they are: a judgement of the URL alone."""

from __future__ import annotations

from crawler.scope.judge import Scope, Verdict
from crawler.scope.likeness import date_in, is_article, is_feed, is_section
from crawler.scope.spelling import clean
from crawler.scope.twins import twin_of

__all__ = [
    "Scope",
    "Verdict",
    "clean",
    "date_in",
    "is_article",
    "is_feed",
    "is_section",
    "twin_of",
]
