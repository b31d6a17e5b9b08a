"""The JSON Schema of newswarc.toml: current, sound, and of one mind with the reader."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from archive.errors import ConfigError
from crawler.sources import keys, load
from docs import schema

SOURCE = "[[source]]\nname = 'a'\nurl = 'https://e.org/'\n"
VALIDATOR = Draft202012Validator(schema.schema())

GOOD = {
    "": "",
    "a source": SOURCE,
    "seeds of all kinds": "[[source]]\nname = 'газета'\nfeeds = 'HTTP://e.org/f'\n"
    "sitemaps = ['https://e.org/s']\nsections = []",
    "all of a source": SOURCE
    + "hosts = ['static.e.org']\nallow = ['^/news/']\ndeny = []\ndelay = 0.5\nconcurrency = 2\n"
    "depth = 3\nrequisites = 'all'\nrobots = 'robots-only'\nrecheck = ['1h', '1 d', '90min']\n"
    "backfill = '30d'\nlanguage = 'ru-RU,ru;q=0.8, en;q=0.5,*;q=0.1'\nnoarchive = 'skip'\n"
    "user_agent = 'me/1'\ncontact = 'a@e.org'\nconnect_to = ['[::1]:80:127.0.0.1:8080', ':::']\n"
    "render = true",
    "the crawl": "[crawl]\nmin_free = 0\non_gap = 'mail -s gap a@e.org'\n"
    "gap_webhook = 'https://e.org/'\ndelay = 2\nrecheck = []\nbackfill = 'none'",
    "a day": "[crawl]\nbackfill = '2024-01-01'",
    "no limit": "[crawl]\nbackfill = 'all'",
    "the browser": "[render]\nbrowser = '/usr/bin/chromium'\nseconds = 10",
}
WRONG = {
    "a table too many": "[crawls]",
    "a misspelt key": SOURCE + "dely = 1",
    "a key of the crawl": SOURCE + "min_free = 1",
    "a key of a source": "[crawl]\nurl = 'https://e.org/'",
    "no name": "[[source]]\nurl = 'https://e.org/'",
    "a name of two words": "[[source]]\nname = 'a b'\nurl = 'https://e.org/'",
    "no seed": "[[source]]\nname = 'a'",
    "one source": "[source]\nname = 'a'\nurl = 'https://e.org/'",
    "no URL": "[[source]]\nname = 'a'\nurl = 'e.org'",
    "a negative delay": "[crawl]\ndelay = -1",
    "a delay in words": "[crawl]\ndelay = '1s'",
    "an endless delay": "[crawl]\ndelay = 1e9",
    "no depth": "[crawl]\ndepth = 0",
    "half a request": "[crawl]\nconcurrency = 1.5",
    "other requisites": "[crawl]\nrequisites = 'some'",
    "other robots": "[crawl]\nrobots = true",
    "a pattern alone": "[crawl]\ndeny = 'x'",
    "a list of numbers": "[crawl]\nhosts = [1]",
    "an age in years": "[crawl]\nrecheck = ['1y']",
    "too many ages": f"[crawl]\nrecheck = {[f'{hours}h' for hours in range(1, 52)]}",
    "a number of days": "[crawl]\nbackfill = 30",
    "some backfill": "[crawl]\nbackfill = 'some'",
    "no language": "[crawl]\nlanguage = 'ru;q=2'",
    "a header": '[crawl]\nlanguage = "ru\\r\\nX: y"',
    "other noarchive": "[crawl]\nnoarchive = 'ignore'",
    "no user agent": "[crawl]\nuser_agent = ' '",
    "a user agent of two lines": '[crawl]\nuser_agent = "a\\nb"',
    "no connect-to": "[crawl]\nconnect_to = ['e.org']",
    "perhaps": "[crawl]\nrender = 'yes'",
    "no bytes": "[crawl]\nmin_free = -1",
    "no command": "[crawl]\non_gap = ''",
    "no webhook": "[crawl]\ngap_webhook = 'e.org'",
    "no time": "[render]\nseconds = -1",
}
#: What only the reader can tell.
FINER = {
    "no pattern": "[crawl]\nallow = ['(']",
    "names that are the same": SOURCE * 2,
    "a day that is none": "[crawl]\nbackfill = '2024-02-30'",
    "a quotation mark alone": '[crawl]\non_gap = "mail \'x"',
}


def valid(text: str) -> bool:
    return VALIDATOR.is_valid(tomllib.loads(text))


def test_the_file_is_current() -> None:
    assert schema.PATH.read_text() == schema.document(), "run `make docs`"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_the_reader_takes_it_takes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "newswarc.toml"
    path.write_text(text)
    load(path)
    assert valid(text)


@pytest.mark.parametrize("text", (WRONG | FINER).values(), ids=WRONG | FINER)
def test_what_the_reader_refuses(tmp_path: Path, text: str) -> None:
    path = tmp_path / "newswarc.toml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        load(path)
    assert valid(text) is (text in FINER.values())


def test_every_key_is_in_an_example() -> None:
    text = "\n".join((*GOOD.values(), *WRONG.values()))
    every = {*keys.SEEDS, *keys.SOURCE, *keys.CRAWL, *keys.RENDER}
    assert {key for key in every if f"{key} = " not in text} == set()


def test_the_document_of_sources_is_right(tmp_path: Path) -> None:
    """Its examples are taken, and it names every key."""
    text = (schema.PATH.parent / "sources.md").read_text()
    examples = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        path = tmp_path / "newswarc.toml"
        path.write_text(example)
        assert load(path).sources
        assert valid(example)
    every = {*keys.SEEDS, *keys.SOURCE, *keys.CRAWL, *keys.RENDER}
    assert {key for key in every if f"`{key}`" not in text} == set()
