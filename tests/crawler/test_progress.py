from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from archive import timestamp
from crawler.job import Result
from crawler.logs import expire
from crawler.model import Kind, Outcome, Row, State
from crawler.progress import Log, LogHandler, Report

EVIL = "https://e.org/\x7f\x1b]0;title\x07\x9b2J\u202eevil\r\nfake line"


def row(url: str = "https://e.org/2024/10/23/slug", kind: Kind = Kind.ARTICLE) -> Row:
    return Row(1, url, "e.org", kind, "times", "L", 1, 9, 0, 0, None, None)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stderr that calls itself a terminal."""
    monkeypatch.setattr("rich.console.Console.is_terminal", property(lambda self: True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_a_line_per_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Log(tmp_path) as log, Report(log, limit=5) as report:
        report.result(Result(row(), Outcome(State.CAPTURED, 200), size=10))
        report.result(Result(row("https://e.org/[red]x"), Outcome(State.FAILED, 500, "500 Oh")))
        report.result(Result(row("https://e.org/f", Kind.FEED), Outcome(State.CAPTURED, 200), 1, 7))
        report.result(Result(row(EVIL), Outcome(State.FAILED, None, "timeout: \x1b[2J")))
    shown = capsys.readouterr().err
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in shown.splitlines()]
    assert "200 article   https://e.org/2024/10/23/slug" in lines
    assert "500 article   https://e.org/[red]x  500 Oh" in lines
    assert "200 feed      https://e.org/f  7 new" in lines
    assert not {"\x07", "\x9b", "\u202e"} & set(shown)
    assert r"\x1b]0;title\x07" in shown
    assert "fake line" not in lines


def test_no_terminal_gets_problems_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Log(tmp_path) as log, Report(log) as report:
        report.result(Result(row(), Outcome(State.CAPTURED, 200)))
        report.problem("https://e.org/: unknown host: \x1b[2J" + "long " * 60)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(r"newswarc: https://e.org/: unknown host: \x1b[2Jlong long ")
    assert len(captured.err.splitlines()) == 1


@pytest.mark.usefixtures("terminal")
def test_quiet_means_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Log(tmp_path) as log, Report(log, quiet=True) as report:
        report.result(Result(row(), Outcome(State.CAPTURED, 200)))
    assert capsys.readouterr().err == ""


def test_counting(tmp_path: Path) -> None:
    with Log(tmp_path) as log, Report(log) as report:
        report.result(Result(row(), Outcome(State.CAPTURED, 200), size=10, new=3))
        report.result(Result(row(), Outcome(State.CAPTURED, 301), size=5))
        report.result(Result(row(kind=Kind.REQUISITE), Outcome(State.CAPTURED, 200), size=1))
        report.result(Result(row(), Outcome(State.GONE, 404, "404")))
    assert (report.articles, report.kinds[Kind.REQUISITE]) == (1, 1)
    assert (report.size, report.new, report.states[State.GONE]) == (16, 3, 1)


def test_the_log_is_json_a_line(tmp_path: Path) -> None:
    with Log(tmp_path / "logs") as log, Report(log) as report:
        report.result(Result(row(EVIL), Outcome(State.FAILED, 500, "500")))
        report.retry(row(), "timeout", 2.0)
        handler = LogHandler(log)
        handler.emit(logging.LogRecord("scrapy", 30, "", 0, "odd: %s", ("\x1b",), None))
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["result", "retry", "log"]
    assert lines[0]["url"] == EVIL
    assert re.fullmatch(r"crawl-\d{14}\.jsonl", log.path.name)
    assert log.path.read_text().replace("\n", "").isprintable()


def test_old_logs_are_deleted_when_a_crawl_starts(tmp_path: Path) -> None:
    now = timestamp.now()
    ages = {days: timestamp.from_datetime(now - timedelta(days=days)) for days in (1, 29, 31, 400)}
    logs = {days: tmp_path / f"crawl-{stamp}.jsonl" for days, stamp in ages.items()}
    others = [tmp_path / "crawl-20200101000000.jsonl.gz", tmp_path / "crawl-20209901000000.jsonl"]
    others += [tmp_path / "notes-20200101000000.jsonl", tmp_path / "crawl-1.jsonl"]
    for path in [*logs.values(), *others]:
        path.write_text("{}\n")
    (tmp_path / "crawl-20200202020202.jsonl").mkdir()
    with Log(tmp_path) as log:
        log.write("start")
    assert [days for days, path in logs.items() if path.exists()] == [1, 29]
    assert all(path.exists() for path in others)
    assert log.path.exists()


def test_the_oldest_logs_go_when_there_is_too_much(tmp_path: Path) -> None:
    now = timestamp.now()
    logs = []
    for hours in range(6):
        stamp = timestamp.from_datetime(now - timedelta(hours=hours))
        logs.append(tmp_path / f"crawl-{stamp}.jsonl")
        logs[-1].write_bytes(b"x" * 100)
    assert sorted(expire(tmp_path, size=350)) == sorted(logs[3:])
    assert [path.exists() for path in logs] == [True] * 3 + [False] * 3
    assert expire(tmp_path, size=350) == []
