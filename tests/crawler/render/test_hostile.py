"""Pages that try to get out, to stay for ever, or to take the browser down."""

from __future__ import annotations

import json
import re
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hostile import HOST, Hostile, browsers

from archive import Collection
from archive.warc.reader import Record, read_records
from crawler.demo.server import DemoServer
from crawler.render import chromium, devtools
from crawler.run import CrawlSummary, Options, crawl

PAGES = (*("guard", "away", "tricks", "endless", "cookie/1", "cookie/2", "hang", "crash", "plain"),)
FETCHES = 20


class Secret(BaseHTTPRequestHandler):
    """What nobody may ask for; keeps a list of who did."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()


@dataclass(frozen=True)
class Visited:
    """How the crawl went, and what came to where nothing may come."""

    summary: CrawlSummary
    records: list[Record]
    urls: list[str]
    secrets: list[str]
    datagram: bytes | None
    left_over: list[int]
    net_log: Path

    def title(self, page: str) -> str:
        """Return the title of a page's document: how far its script came."""
        (dom,) = [
            one for one in self.records if one.url == f"urn:newswarc:dom:https://{HOST}/{page}"
        ]
        found = re.search(r"<title>(.*?)</title>", dom.payload.decode())
        return found[1] if found else ""

    def note(self, page: str) -> str:
        """Return what the metadata says of the visit."""
        wanted = f"render-url: https://{HOST}/{page}\r\n"
        notes = [one.payload.decode() for one in self.records if one.type == "metadata"]
        (note,) = [note for note in notes if wanted in note]
        return note

    @property
    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in Path(self.summary.log).read_text().splitlines()]


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    collection = Collection.create(tmp_path_factory.mktemp("hostile") / "news")
    handler = type("Handler", (Secret,), {"asked": []})
    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as secret,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        patch.setattr(devtools, "PATIENCE", 2.0)
        # Of the browser started last: the others are killed, and their logs are cut.
        log = tmp_path_factory.mktemp("log") / "net.json"
        patch.setattr(chromium, "_FLAGS", (*chromium._FLAGS, f"--log-net-log={log}"))
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        thread = threading.Thread(target=secret.serve_forever)
        thread.start()
        with DemoServer(Hostile(secret.server_port, udp.getsockname()[1])) as server:
            options = Options(
                connect_to=tuple(server.connect_to),
                delay=0,
                render=True,
                index=False,
                settings={"NEWSWARC_RENDER_SECONDS": 3, "NEWSWARC_RENDER_REQUESTS": FETCHES},
            )
            summary = crawl(collection, [f"https://{HOST}/{name}" for name in PAGES], options)
            urls = [request.url for request in server.requests]
        secret.shutdown()
        thread.join()
        try:
            datagram = udp.recv(100)
        except BlockingIOError:
            datagram = None
    records = [one for path in collection.warc_files() for one in read_records(path)]
    return Visited(summary, records, urls, handler.asked, datagram, browsers(), log)


def test_inside_addresses_are_refused_and_the_log_says_so(visited: Visited) -> None:
    assert visited.title("guard") == "asked 4"
    assert visited.secrets == []
    assert "render-refused-guard: 4\r\n" in visited.note("guard")
    told = [str(line.get("message")) for line in visited.log if line["event"] == "log"]
    for place in (
        "http://127.0.0.1:",
        "http://169.254.169.254/",
        "http://localhost:",
        "http://[::1]:",
    ):
        assert [line for line in told if f"Refused to https://{HOST}/guard: {place}" in line]
    assert not [one for one in visited.records if "secret" in one.url or "169.254" in one.url]


def test_nothing_but_the_site_was_asked(visited: Visited) -> None:
    """Nor is there anything in the WARC that the browser wanted for itself."""
    hosts = {one.url.split("/")[2] for one in visited.records if one.url.startswith("http")}
    assert hosts == {HOST}


def test_the_browser_has_no_other_way_out(visited: Visited) -> None:
    """By Chromium's own log: one address, our proxy; whatever else it wants leads nowhere."""
    log = json.loads(visited.net_log.read_text(errors="replace"))
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    events = [(names[event["type"]], event.get("params") or {}) for event in log["events"]]
    dialled = {
        facts["address"]
        for name, facts in events
        if name == "TCP_CONNECT_ATTEMPT" and "address" in facts
    }
    assert len(dialled) == 1
    assert all(address.startswith("127.0.0.1:") for address in dialled)
    assert not [name for name, _ in events if name == "UDP_BYTES_SENT"]


def test_a_page_stays_where_it_is(visited: Visited) -> None:
    assert visited.title("away") == "still here"
    assert "render-refused-navigation: 2\r\n" in visited.note("away")


def test_pages_open_no_dialogs_others_and_sockets(visited: Visited) -> None:
    assert visited.title("tricks") == "no, no popup"
    assert visited.urls.count(f"https://{HOST}/plain") == 1  # as it was asked for
    assert not [url for url in visited.urls if url.endswith(("/live", "/stream"))]
    assert "render-refused-stream: 1\r\n" in visited.note("tricks")


def test_no_datagram_leaves(visited: Visited) -> None:
    assert visited.datagram is None


def test_requests_have_a_bound(visited: Visited) -> None:
    assert len([url for url in visited.urls if "/data/" in url]) == FETCHES
    assert "render-refused-requests: " in visited.note("endless")


def test_every_page_is_shown_as_to_a_newcomer(visited: Visited) -> None:
    for page in ("cookie/1", "cookie/2"):
        assert visited.title(page) == "cookies: storage:0"


def test_a_page_that_hangs_fails_by_name(visited: Visited) -> None:
    why = [problem for problem in visited.summary.problems if f"{HOST}/hang" in problem]
    assert len(why) == 1
    assert "not rendered: no answer to " in why[0]


def test_a_browser_that_crashes_is_replaced(visited: Visited) -> None:
    why = [problem for problem in visited.summary.problems if f"{HOST}/crash" in problem]
    assert why == [f"https://{HOST}/crash: not taken: not rendered: the browser crashed"]
    assert visited.title("plain") == "plain"  # the page after it
    assert visited.summary.failed == 2


def test_what_failed_pages_answered_is_stored(visited: Visited) -> None:
    stored = {one.url for one in visited.records if one.type == "response"}
    assert {f"https://{HOST}/hang", f"https://{HOST}/crash", f"https://{HOST}/kill"} <= stored


def test_no_browser_is_left_over(visited: Visited) -> None:
    assert visited.left_over == []
