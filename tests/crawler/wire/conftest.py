"""The museum of odd answers, open to every test of the wire."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from odd_server import OddServer

from crawler.certificate import self_signed, server_context


@pytest.fixture(autouse=True)
def no_proxies_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def odd_server() -> Iterator[OddServer]:
    with OddServer(server_context(*self_signed(["odd.example"]))) as server:
        yield server
