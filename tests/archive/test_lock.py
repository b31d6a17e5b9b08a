"""One writer at a time; whoever waits for another says so first."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from archive.lock import only_writer


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    with only_writer(tmp_path / "lock", wait=True, waiting=lambda: said.append("waiting")) as free:
        assert free
    assert not said


def test_nobody_waits_who_is_not_to(tmp_path: Path) -> None:
    with (
        only_writer(tmp_path / "lock", wait=True),
        only_writer(tmp_path / "lock", wait=False) as free,
    ):
        assert not free


def test_who_waits_says_so_and_gets_the_lock(tmp_path: Path) -> None:
    waiting, got = Event(), Event()

    def second() -> None:
        with only_writer(tmp_path / "lock", wait=True, waiting=waiting.set) as free:
            assert free
            got.set()

    other = Thread(target=second)
    with only_writer(tmp_path / "lock", wait=True):
        other.start()
        assert waiting.wait(30)
        assert not got.is_set()
    other.join(30)
    assert got.is_set()
