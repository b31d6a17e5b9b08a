from __future__ import annotations

import re
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

from scrapy.settings import Settings, default_settings
from scrapy.utils.misc import load_object

from crawler import settings

ROOT = Path(__file__).parents[2]


def test_scrapy_finds_them_here() -> None:
    config = ConfigParser()
    config.read(ROOT / "scrapy.cfg")
    assert import_module(config["settings"]["default"]) is settings


def test_they_are_polite() -> None:
    assert settings.DOWNLOAD_DELAY >= 1
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.NEWSWARC_THROTTLE
    assert re.fullmatch(r"newswarc/\S+ \(.*\+https?://.*\)", settings.USER_AGENT)
    assert "mailto:a@e.org" in settings.user_agent("mailto:a@e.org")


def test_there_is_no_way_in_and_no_way_but_http() -> None:
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED
    assert not settings.COOKIES_ENABLED
    handlers = Settings(settings.table()).getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_what_they_name_exists() -> None:
    components = settings.DOWNLOADER_MIDDLEWARES | settings.SPIDER_MIDDLEWARES | settings.EXTENSIONS
    for name in [*components, *settings.ADDONS, settings.SCHEDULER, settings.LOG_FORMATTER]:
        assert load_object(name)


def test_every_setting_is_scrapys_or_ours() -> None:
    for name in settings.table():
        ours = name.startswith("NEWSWARC_") or name == "RENDER_HANDLERS"
        assert ours or hasattr(default_settings, name), name
