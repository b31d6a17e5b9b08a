"""The commands, as a person types them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from archive.cli import group, run


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def newswarc(newsroom: Any, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command on the collection of the newsroom."""

    def call(*arguments: str) -> Done:
        code = run(group, ["--collection", str(newsroom.collection.path), *arguments])
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return call
