"""The gap alarm: who is told of a gap, and who notices that a source is silent."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterable
from datetime import timedelta
from http.client import HTTPException

from archive import hook, timestamp
from crawler.gap import SILENT, Gap, silent
from crawler.ledger import Ledger

#: What the hook and the webhook may take, in seconds.
HOOK_SECONDS = 30.0
WEBHOOK_SECONDS = 10.0
#: Arrivals are counted by the hour.
_HOUR = timedelta(hours=1)


def silences(ledger: Ledger, sources: Iterable[str]) -> list[Gap]:
    """Return the sources that have fallen silent; close the silences that are over.

    Args:
        ledger: of the crawl.
        sources: names of those that were asked for news just now.
    """
    now = timestamp.now()
    found = []
    for source in sources:
        arrivals = ledger.gaps.arrivals(source, now)
        last = max(arrivals, default=None)
        known = ledger.gaps.silent_since(source)
        if known is not None:
            if last is not None and last + _HOUR > known:
                spoke = ledger.gaps.first_after(source, known)
                if spoke > known:
                    ledger.gaps.close_silence(source, spoke)
            continue
        started = ledger.gaps.started(source)
        if last is None or started is None:
            continue
        why = silent(arrivals, started, now)
        if why is not None:
            since = ledger.gaps.last_before(source, last + _HOUR)
            found.append(Gap(source, SILENT, since, now, None, why))
    return found


def tell(
    gap: Gap, command: str | None, webhook: str | None, problem: Callable[[str], None]
) -> None:
    """Run the hook and call the webhook, as far as there are any.

    Args:
        gap: that was noticed.
        command: a command line, in the quoting of a shell; it runs without one.
        webhook: URL that takes a POST of JSON.
        problem: is told what went wrong.
    """
    if command is not None and (wrong := hook.tell(command, gap.facts, seconds=HOOK_SECONDS)):
        problem(f"on_gap: {wrong}")
    if webhook is not None and (wrong := _post(webhook, json.dumps(gap.facts).encode())):
        problem(f"gap_webhook: {wrong}")


def _post(url: str, message: bytes) -> str | None:
    """Send a message to a URL; return what went wrong."""
    headers = {"Content-Type": "application/json"}
    try:
        request = urllib.request.Request(url, message, headers)  # noqa: S310 (checked: http or https)
        with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS):  # noqa: S310 (likewise)
            return None
    except (OSError, HTTPException, ValueError) as error:
        return f"{url}: {error}"
