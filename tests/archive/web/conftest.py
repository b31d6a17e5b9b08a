"""The paper's collection, its server, and a client that asks exactly what it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.web.paper import Get, asking, record_paper


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return record_paper(tmp_path_factory.mktemp("paper") / "news")


@pytest.fixture(scope="session")
def server(collection: Collection) -> Iterator[ReplayServer]:
    with ReplayServer(collection, port=0) as running:
        yield running


@pytest.fixture(scope="session")
def get(server: ReplayServer) -> Get:
    """Ask the server for a path, exactly as it is written."""
    return asking(server.url)
