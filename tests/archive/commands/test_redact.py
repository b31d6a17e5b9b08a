"""``newswarc redact``, as a person types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from archive.lock import only_writer

URL = "https://www.example.com/2024/10/23/witness"


@pytest.fixture(autouse=True)
def pages(newsroom: Any) -> None:
    text = "The witness came to the court by tram, and told it that she had seen both at the quay"
    newsroom.page(
        URL, title="Witness speaks", text=f"{text}, at night, beside a ferry of the city."
    )
    newsroom.page("https://www.example.com/2024/10/23/harbor", title="Harbor opens")
    newsroom.close()
    newsroom.index()


def test_what_would_go_and_what_went(newsroom: Any, newswarc: Callable[..., Any]) -> None:
    told = newswarc("redact", URL, "--reason", "asked", "--dry-run")
    assert (told.code, told.out) == (0, f"2024-10-23 08:15:01  {URL}\n")
    assert told.err == (
        "newswarc: would redact 1 capture, 0 of other addresses with the same bytes,"
        " in 1 WARC file\n"
    )
    assert newsroom.collection.captures(URL)
    done = newswarc("redact", "title:Witness", "--reason", "asked", "--json")
    said = json.loads(done.out)
    assert (said["urls"], said["others"]) == ([URL], [])
    assert said["captures"] == [{"url": URL, "timestamp": "20241023081501"}]
    assert not newsroom.collection.captures(URL)
    again = newswarc("redact", URL, "--reason", "asked")
    assert (again.code, again.out) == (2, "")
    assert again.err == f"newswarc: there is no capture of {URL}\n"
    assert newswarc("verify").code == 0
    told = newswarc("show", URL)
    assert told.code == 2
    assert told.err.startswith(f"newswarc: {URL} was redacted on 20")
    assert told.err.endswith(": asked\n")


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        ((URL,), 2, "Missing option '--reason'."),
        ((URL, "--reason", " "), 2, "say why: the reason is told to whoever asks for the page"),
        (("submarine", "--reason", "x"), 2, "no article matches 'submarine'"),
        (("site:www.example.com", "--reason", "x", "--most", "1"), 2, "more than 1 articles match"),
    ],
)
def test_wrong_use_is_named(
    newsroom: Any, newswarc: Callable[..., Any], arguments: tuple[str, ...], code: int, problem: str
) -> None:
    told = newswarc("redact", *arguments)
    assert told.code == code
    assert told.err.startswith(f"newswarc: {problem}")
    assert newsroom.collection.captures(URL)


def test_a_crawl_goes_first(newsroom: Any, newswarc: Callable[..., Any]) -> None:
    with only_writer(newsroom.collection.lock_path, wait=False):
        told = newswarc("redact", URL, "--reason", "asked")
    assert told.code == 1
    assert told.err == "newswarc: a crawl is running; redact when it has ended\n"
    assert newsroom.collection.captures(URL)
