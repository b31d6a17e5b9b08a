"""memento_client, the client library of the Memento project, asks our TimeGate."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.recorded import Recorder
from tests.interop.strangers import PATIENCE, program

STORY = "https://www.paper.example/bridge"
TIMES = ("20230101000000", "20240615120000", "20241023093000", "20241024080000", "20260101000000")
#: Run in the environment of the strangers: dates on stdin, what was found on stdout. It is given a
#: memento and asks that for its original: the original itself cannot be asked here.
CLIENT = """
import json, sys
from datetime import datetime
from memento_client import MementoClient
client = MementoClient(timegate_uri=sys.argv[1], check_native_timegate=False)
answers = []
for date in json.load(sys.stdin):
    found = client.get_memento_info(sys.argv[2], datetime.strptime(date, "%Y%m%d%H%M%S"))
    answers.append({rel: one["uri"] for rel, one in found["mementos"].items()})
json.dump(answers, sys.stdout)
"""


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("memento") / "news")
    for time in TIMES:
        recorder.record(STORY, f"<p>{time}</p>", at=time)
    return recorder.finished()


def test_memento_client_finds_the_memento_of_a_date(collection: Collection) -> None:
    asked = ["20200101000000", "20240601000000", "20241023140000"]
    asked += ["20241024070000", "20300101000000"]
    with ReplayServer(collection, port=0) as server:

        def place(time: str) -> str:
            return f"{server.url}web/{time}/{STORY}"

        result = subprocess.run(
            [program("python"), "-c", CLIENT, f"{server.url}web/", place(TIMES[0])],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert result.returncode == 0, result.stderr
        answers: list[dict[str, Any]] = json.loads(result.stdout)
    for found, nearest in zip(answers, TIMES, strict=True):
        number = TIMES.index(nearest)
        assert found["closest"][0] == place(nearest)
        assert found["first"][0] == place(TIMES[0])
        assert found["last"][0] == place(TIMES[-1])
        neighbours = {"prev": number - 1, "next": number + 1}
        for rel, other in neighbours.items():
            assert found.get(rel, [None])[0] == (place(TIMES[other]) if 0 <= other < 5 else None)
