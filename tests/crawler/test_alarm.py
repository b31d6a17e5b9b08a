"""The hook and the webhook, with commands and servers that misbehave."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler import alarm
from crawler.gap import SILENT, Gap

NOON = datetime(2024, 10, 23, 12, tzinfo=UTC)
GAP = Gap("times", SILENT, NOON, NOON, None, "nothing new for 30 h, 12 were expected")


def tell(command: str | None = None, webhook: str | None = None) -> list[str]:
    problems: list[str] = []
    alarm.tell(GAP, command, webhook, problems.append)
    return problems


@pytest.fixture
def posted() -> Iterator[tuple[str, list[object]]]:
    """A server that takes what is posted; at /no it does not."""
    bodies: list[object] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            bodies.append(json.loads(self.rfile.read(size)))
            self.send_response(500 if self.path == "/no" else 204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def test_nobody_has_to_be_told() -> None:
    assert tell() == []


def test_the_hook_gets_the_gap_on_its_stdin(tmp_path: Path) -> None:
    path = tmp_path / "a file"
    assert tell(f"tee '{path}'") == []
    assert json.loads(path.read_text()) == GAP.facts


def test_the_hook_runs_without_a_shell(tmp_path: Path) -> None:
    assert tell(f"true; touch {tmp_path}/x") != []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("false", "on_gap: false ended with 1"),
        ("/no/such/command at all", "on_gap: /no/such/command: "),
        (f"{sys.executable} -c 'import time; time.sleep(60)'", "on_gap: "),
    ],
)
def test_a_hook_that_fails(command: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "HOOK_SECONDS", 0.5)
    (line,) = tell(command)
    assert line.startswith(problem)


def test_the_webhook_gets_the_gap(posted: tuple[str, list[object]]) -> None:
    url, bodies = posted
    assert tell(webhook=url) == []
    assert bodies == [GAP.facts]
    assert tell(webhook=f"{url}/no")[0].startswith(f"gap_webhook: {url}/no: ")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://nobody.invalid/", "http://[::bad/"])
def test_a_webhook_that_is_not_there(url: str) -> None:
    assert tell(webhook=url)[0].startswith(f"gap_webhook: {url}")
