"""What a crawl brings is told to the watches at its end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from archive.collection import Collection
from archive.watch import Watches
from crawler.demo.server import DemoServer
from crawler.demo.site import FOUNDING
from crawler.run import CrawlSummary


def test_a_crawl_tells_what_it_brought_and_what_went_wrong(
    run: Callable[..., CrawlSummary], times: DemoServer, collection: Collection
) -> None:
    with Watches(collection) as watches:
        path = watches.add('"north korea" site:themoscowtimes.com').jsonl
        watches.add("korea", name="loud", command=f"{sys.executable} -c 'raise SystemExit(7)'")
    summary = run(times, FOUNDING, index=True)
    assert [json.loads(line)["url"] for line in path.read_text().splitlines()] == [FOUNDING]
    (problem,) = summary.problems
    assert problem.startswith("watch loud:")
    assert summary.exit_code == 1
