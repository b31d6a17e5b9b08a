"""The paper's collection, its server, and a client that asks exactly what it is told."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.web.paper import Answer, Get, record_paper


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
    address = urlsplit(server.url).netloc

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    return ask
