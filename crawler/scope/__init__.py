"""Which URLs belong to a source, and what they are: a pure judgement of the URL alone."""

from __future__ import annotations

from crawler.scope.judge import Scope, Verdict, clean, date_in, is_article, is_feed, is_section

__all__ = ["Scope", "Verdict", "clean", "date_in", "is_article", "is_feed", "is_section"]
