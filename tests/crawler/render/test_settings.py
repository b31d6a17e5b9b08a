"""What is said about rendering in newswarc.toml and on the command line, and what is missing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import Collection
from archive.errors import ConfigError
from crawler.cli import group
from crawler.render.chromium import Chromium
from crawler.render.errors import BrowserGone
from crawler.run import Options, crawl
from crawler.sources import load

PAGE = "https://app.example/2024/10/23/ferry"
SOURCE = '[[source]]\nname = "app"\nurl = "https://app.example/"\n'


def written(path: Path, text: str) -> Path:
    config = path / "newswarc.toml"
    config.write_text(text)
    return config


def test_nothing_is_rendered_unless_it_is_asked_for(tmp_path: Path) -> None:
    found = load(written(tmp_path, SOURCE))
    assert not found.source("app").render
    assert (found.browser, found.render_seconds) == (None, None)


@pytest.mark.parametrize("text", [SOURCE + "render = true\n", "[crawl]\nrender = true\n" + SOURCE])
def test_a_source_renders_when_it_says_so(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text)).source("app").render


def test_the_browser_is_set_for_all_sources(tmp_path: Path) -> None:
    text = '[render]\nbrowser = "/opt/chromium"\nseconds = 10\n'
    found = load(written(tmp_path, text))
    assert (found.browser, found.render_seconds) == ("/opt/chromium", 10.0)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SOURCE + 'render = "yes"\n', "source 'app': render must be true or false, not 'yes'"),
        ("[render]\nseconds = -1\n", "[render]: seconds must be a number of seconds, 0 or more"),
        ("[render]\nbrowsers = 2\n", "[render]: unknown key 'browsers'; did you mean 'browser'?"),
        ("render = 1\n", "[render]: must be a table"),
    ],
)
def test_what_it_cannot_mean_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text))
    assert complaint in str(caught.value)


def test_a_missing_browser_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "news")
    written(collection.path, '[render]\nbrowser = "/no/such/chromium"\n')
    with pytest.raises(ConfigError) as caught:
        crawl(collection, [PAGE], Options(render=True))
    assert str(caught.value) == (
        "rendering needs Chromium, and there is none at /no/such/chromium: `apt install chromium`,"
        ' or name another in newswarc.toml: [render] browser = "PATH"'
    )
    assert caught.value.exit_code == 4
    assert not collection.warc_files()


def test_a_program_that_is_no_browser_is_named() -> None:
    """`true` ends at once, whatever it is told."""
    with pytest.raises(BrowserGone, match="/bin/true does not start"):
        asyncio.run(Chromium.start("/bin/true", ""))


def test_profiles_of_killed_crawls_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    for name in (f"{ended.pid}-a", f"{os.getpid()}-b", "x-c"):
        (tmp_path / f"newswarc-render-{name}" / "profile").mkdir(parents=True)
    with pytest.raises(BrowserGone):
        asyncio.run(Chromium.start("/bin/true", ""))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"newswarc-render-{os.getpid()}-b", "newswarc-render-x-c"}


def test_source_add_writes_it_down(tmp_path: Path) -> None:
    news = tmp_path / "news"
    arguments = ["-c", str(news), "source", "add", "https://app.example/", "--render", "--no-probe"]
    result = CliRunner().invoke(group, arguments)
    assert result.exit_code == 0, result.output
    assert load(news / "newswarc.toml").source("app.example").render
