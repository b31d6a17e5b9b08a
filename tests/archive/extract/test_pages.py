"""A folder per page: ``page.html`` and what must come of it, ``expected.json``.

``expected.json`` holds the page's ``url``, the ``charset`` of HTTP if it had one, the day on which
it was ``captured`` where rules of several times are for its site, and either the
reason of a ``refusal`` or the fields of the ``article`` that matter; ``contains`` lists pieces of
the text.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import render
from archive.extract import extract
from archive.model import Article, Refusal

PAGES = Path(__file__).parents[3] / "fixtures/pages"
CASES = sorted(path.parent.name for path in PAGES.glob("*/expected.json"))


@pytest.mark.parametrize("case", CASES)
def test_page(case: str) -> None:
    folder = PAGES / case
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    page = (folder / "page.html").read_bytes()
    day = expected.get("captured")
    found = extract(
        page,
        expected["url"],
        charset=expected.get("charset"),
        captured=date.fromisoformat(day) if day else None,
    )
    if "refusal" in expected:
        assert isinstance(found, Refusal)
        assert found.reason == expected["refusal"]
        return
    assert isinstance(found, Article), found
    fields = render.as_dict(found)
    assert {name: fields[name] for name in expected["article"]} == expected["article"]
    for piece in expected.get("contains", ()):
        assert piece in found.text
