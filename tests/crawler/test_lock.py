from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

from crawler.lock import held, locked


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "crawl.lock"
    with locked(path) as mine:
        assert mine
        assert held(path)
        with locked(path) as also:
            assert not also
    assert not held(path)
    with locked(path) as mine:
        assert mine


def test_to_ask_makes_nothing(tmp_path: Path) -> None:
    assert not held(tmp_path / "crawl.lock")
    assert list(tmp_path.iterdir()) == []


def test_one_who_only_asks_keeps_no_crawl_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "crawl.lock"
    path.touch()
    asked = threading.Event()

    def ask() -> None:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            asked.set()
            time.sleep(0.03)

    asker = threading.Thread(target=ask)
    asker.start()
    assert asked.wait(10)
    with locked(path) as mine:
        assert mine
    asker.join()
