"""A crawl of a hostile server, in a process of its own, that says how much memory it took."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from archive.collection import Collection
from crawler.run import Options, crawl


def peak() -> int:
    """Return the most memory this process had, in bytes.

    (``ru_maxrss`` would be that of the process that started this one, where that had more.)
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main(path: str, port: str, paths: list[str]) -> None:
    begun = time.monotonic()
    options = Options(
        connect_to=(f"bombs.example:80:127.0.0.1:{port}",),
        delay=0.0,
        index=False,
        quiet=True,
        settings={
            "DOWNLOAD_TIMEOUT": 2,
            "DOWNLOAD_MAXSIZE": 16 * 1024 * 1024,
            "NEWSWARC_ANSWER_TIMEOUT": 1,
            "NEWSWARC_RETRY_TIMES": 0,
        },
    )
    urls = [f"http://bombs.example{one}" for one in paths]
    summary = crawl(Collection.create(path), urls, options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "reason": summary.reason,
                "problems": summary.problems,
                "peak": peak(),
                "cpu": used.ru_utime + used.ru_stime,
                "seconds": time.monotonic() - begun,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
