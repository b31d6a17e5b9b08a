from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ConfigError, UsageError
from crawler import sources
from crawler.model import Kind
from crawler.sources import Configuration, Seed, Source, home_source, keys, load, page_source
from crawler.sources.place import Place
from crawler.targets import resolve

TIMES = """\
# Kept by hand.
[crawl]
contact = "mailto:archive@example.org"  # who we are
delay = 2
requisites = "none"
connect_to = ["::127.0.0.1:8080"]

[[source]]
name = "times"
url = "https://www.themoscowtimes.com"
feeds = ["https://www.themoscowtimes.com/rss/news"]
sitemaps = "https://static.themoscowtimes.com/sitemap/sitemap.xml"
deny = ["/sponsored/"]
delay = 5.5

[[source]]
name = "other"
sections = ["https://other.example/news"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "newswarc.toml"
    path.write_text(TIMES)
    return path


def test_reading(path: Path) -> None:
    found = load(path)
    times, other = found.sources
    assert times == Source(
        "times",
        (
            Seed("https://www.themoscowtimes.com/", Kind.HOME),
            Seed("https://www.themoscowtimes.com/rss/news", Kind.FEED),
            Seed("https://static.themoscowtimes.com/sitemap/sitemap.xml", Kind.SITEMAP),
        ),
        deny=("/sponsored/",),
        delay=5.5,
        requisites="none",
    )
    assert times.all_hosts == ["static.themoscowtimes.com", "www.themoscowtimes.com"]
    assert (other.delay, other.requisites) == (2.0, "none")
    assert found.contact == "mailto:archive@example.org"
    assert found.connect_to == ("::127.0.0.1:8080",)


def test_what_a_source_says_goes_before_what_the_crawl_says(path: Path) -> None:
    path.write_text(
        "[crawl]\n"
        "recheck = ['3d', '1h', '1h']\n"
        "backfill = '30d'\n"
        "noarchive = 'skip'\n"
        "contact = 'a@e.org'\n"
        "on_gap = 'mail -s gap a@e.org'\n"
        "gap_webhook = 'https://e.org/hook'\n"
        "[[source]]\nname = 'a'\nurl = 'https://a.org/'\n"
        "[[source]]\nname = 'b'\nurl = 'https://b.org/'\nrecheck = []\nbackfill = 'all'\n"
        "noarchive = 'capture'\nlanguage = 'ru'\ncontact = 'b@e.org'\n"
        "[[source]]\nname = 'c'\nurl = 'https://c.org/'\nbackfill = 2024-01-01\n"
        "user_agent = 'me/1'\ncontact = 'c@e.org'\nlanguage = 'ru,en;q=0.5'\n"
        "[[source]]\nname = 'd'\nurl = 'https://d.org/'\nbackfill = 'none'\n"
    )
    found = load(path)
    a, b, c, d = found.sources
    assert (a.recheck, a.backfill, a.noarchive) == ((3600.0, 259_200.0), 2_592_000.0, "skip")
    assert (b.recheck, b.backfill, b.noarchive) == ((), None, "capture")
    assert (c.backfill, d.backfill) == (datetime(2024, 1, 1, tzinfo=UTC), 0.0)
    assert (found.contact, found.on_gap) == ("a@e.org", "mail -s gap a@e.org")
    assert found.gap_webhook == "https://e.org/hook"
    assert a.headers == {}
    assert "+b@e.org" in b.headers["User-Agent"]
    assert b.headers["Accept-Language"] == "ru,*;q=0.5"
    assert c.headers == {"User-Agent": "me/1", "Accept-Language": "ru,en;q=0.5"}


def test_what_nobody_says() -> None:
    source = home_source("https://e.org/")
    hour, day = 3600.0, 86_400.0
    assert source.recheck == (hour, 6 * hour, day, 3 * day, 14 * day, 90 * day)
    assert (source.backfill, source.noarchive, source.headers) == (None, "capture", {})


@pytest.mark.parametrize(
    "backfill", [None, 0.0, 90.0, 2_592_000.0, datetime(2024, 1, 1, tzinfo=UTC)]
)
def test_what_is_written_is_read_again(path: Path, backfill: float | datetime | None) -> None:
    source = Source(
        "all",
        (Seed("https://e.org/", Kind.HOME), Seed("https://e.org/news", Kind.SECTION)),
        hosts=("static.e.org",),
        delay=1.5,
        requisites="all",
        recheck=(5400.0, 1_209_600.0),
        backfill=backfill,
        user_agent="me/1",
        contact="a@e.org",
        language="ru",
        noarchive="skip",
        connect_to=("::127.0.0.1:8080",),
        render=True,
    )
    sources.add(path, source)
    assert load(path).source("all") == source


def test_no_file_is_an_empty_one(tmp_path: Path) -> None:
    assert load(tmp_path / "newswarc.toml") == Configuration()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[source]\n", "not TOML: Expected ']]' at the end of an array declaration (at line 1"),
        ("sauce = 1", "line 1: the file: unknown key 'sauce'; did you mean 'source'?"),
        ("x = 1", "line 1: the file: unknown key 'x'; known: crawl, render, source"),
        ("delay = 1", "line 1: the file: unknown key 'delay'; it belongs to [crawl] or a [["),
        ("source = 1", "line 1: source: must be [[source]] tables"),
        ("crawl = 1", "line 1: [crawl]: must be a table"),
        ("[crawl]\ncolour = 1", "line 2: [crawl]: unknown key 'colour'; known: "),
        ("[crawl]\ndelay = 'x'", "[crawl]: delay must be a number of seconds, 0 or more, not 'x'"),
        ("[crawl]\nmin_free = -1", "[crawl]: min_free must be a number of bytes, 0 or more"),
        ("[crawl]\nuser_agent = 'a\\nb'", None),
        ('[crawl]\nuser_agent = "a\\nb"', "user_agent must be a line of printable ASCII"),
        ("[[source]]\nurl = 'https://e.org'", "line 1: source 1: needs a name of letters, digits"),
        ("[crawl]\nfeeds = []", "line 2: [crawl]: unknown key 'feeds'; it belongs to a [[source]]"),
        ("crawl = {feeds = []}", "line 1: [crawl]: unknown key 'feeds'"),
        (
            "[[source]]\nname='a'\nurl='https://e.org'\nmin_free=1",
            "line 4: source 'a': unknown key 'min_free'; it belongs to [crawl]",
        ),
        ("[[source]]\nname = 'a b'", "source 1: needs a name of letters, digits"),
        ("[[source]]\nname = 'a'", "line 1: source 'a': needs a url = "),
        ("[[source]]\nname = 'a'\nurl = 'e.org'", "url: not an http or https URL: 'e.org'"),
        ("[[source]]\nname = 'a'\nurl = 3", "url must be a URL or a list of URLs"),
        ("[[source]]\nname = 'a'\nfeeds = [3]", "feeds: not an http or https URL: 3"),
        (
            "[[source]]\nname='a'\nurl='https://e.org'\ndely=1",
            "line 4: source 'a': unknown key 'dely'; did you mean 'delay'?",
        ),
        ("[[source]]\nname='a'\nurl='https://e.org'\ndepth=0", "depth must be a whole number, 1"),
        ("[[source]]\nname='a'\nurl='https://e.org'\ndelay=true", "delay must be a number of"),
        ("[crawl]\non_gap = 3", "on_gap must be a command line, not 3"),
        ('[crawl]\non_gap = "mail \'x"', "on_gap must be a command line"),
        ("[crawl]\ngap_webhook = 'e.org'", "gap_webhook must be an http or https URL"),
        ("[crawl]\nrecheck = ['1y']", "recheck must be up to 50 spans of time of a minute or more"),
        ("[crawl]\nrecheck = ['1s']", "recheck must be up to 50 spans of time"),
        ("[crawl]\nrecheck = '1h'", "recheck must be up to 50 spans of time"),
        ("[crawl]\nbackfill = 'some'", 'backfill must be "all", "none", an age ("30d") or a day'),
        ("[crawl]\nbackfill = 30", 'backfill must be "all", "none"'),
        ("[crawl]\nbackfill = '2024-13-01'", 'backfill must be "all", "none"'),
        ("[crawl]\nlanguage = 'ru\"x'", "language must be a language such as"),
        ("[crawl]\nnoarchive = 'no'", "noarchive must be one of capture, skip"),
        ("[crawl]\nuser_agent = ' '", "user_agent must be a line of printable ASCII that is not"),
        ("[[source]]\nname='a'\nurl='https://e.org'\nallow=['(']", "regular expressions (missing"),
        ("[[source]]\nname='a'\nurl='https://e.org'\nallow='x'", "allow must be a list of strings"),
        (
            "[[source]]\nname='a'\nurl='https://e.org'\nrobots='no'",
            "robots must be one of",
        ),
        (
            "[[source]]\nname='a'\nurl='https://e.org'\nconnect_to=['x']",
            "connect_to must be a list of HOST:PORT:ADDR:PORT",
        ),
        (
            "[[source]]\nname='a'\nurl='https://e.org'\n" * 2,
            "line 5: source 'a': is there twice; names must differ",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(path: Path, text: str, complaint: str | None) -> None:
    path.write_text(text)
    if complaint is None:
        load(path)
        return
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot read"):
        load(path)


def test_adding_and_removing_keeps_the_rest_as_it_is(path: Path) -> None:
    added = Source(
        "third",
        (Seed("https://e.org/", Kind.HOME), Seed("https://e.org/feed", Kind.FEED)),
        deny=("/x/",),
        delay=3.0,
    )
    sources.add(path, added)
    assert path.read_text().startswith(TIMES)
    assert load(path).source("third").seeds == added.seeds
    assert load(path).source("third").deny == added.deny
    assert '\n\n[[source]]\nname = "third"\nurl = ' in path.read_text()

    sources.remove(path, "third")
    assert path.read_text().strip() == TIMES.strip()


def test_the_last_source_can_go_and_another_come(path: Path) -> None:
    sources.remove(path, "times")
    sources.remove(path, "other")
    assert load(path).sources == ()
    sources.add(path, home_source("https://e.org/"))
    assert [source.name for source in load(path).sources] == ["e.org"]
    assert "# Kept by hand." in path.read_text()


def test_a_link_stays_one_and_a_secret_stays_secret(path: Path, tmp_path: Path) -> None:
    path.chmod(0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    sources.add(link, home_source("https://e.org/"))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert load(path).source("e.org")
    assert {one.name for one in tmp_path.iterdir()} == {"newswarc.toml", "link.toml"}


def test_names_are_unique_and_known(path: Path) -> None:
    with pytest.raises(UsageError, match="a source called 'times' already"):
        sources.add(path, home_source("https://e.org/", "times"))
    with pytest.raises(UsageError, match=r"no source called 'x' \(known: times, other\)"):
        sources.remove(path, "x")


# What is meant by the words behind `newswarc crawl` ---------------------------------------------


def test_no_target_means_all_sources(path: Path) -> None:
    assert [source.name for source in resolve([], load(path))] == ["times", "other"]


def test_no_target_and_no_source_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="newswarc source add URL"):
        resolve([], Configuration())


def test_a_name_is_a_source(path: Path) -> None:
    assert [source.name for source in resolve(["other"], load(path))] == ["other"]
    with pytest.raises(UsageError, match=r"no source called 'nobody' \(known: times, other\)"):
        resolve(["nobody"], load(path))
    with pytest.raises(UsageError, match=r"no source called 'time' \(did you mean 'times'\?\)"):
        resolve(["time"], load(path))


def test_a_home_page_is_a_site(path: Path) -> None:
    (site,) = resolve(["https://e.org"], load(path))
    assert site == replace(home_source("https://e.org/"), delay=2.0, requisites="none")
    assert not site.asked
    (known,) = resolve(["https://www.themoscowtimes.com/"], load(path))
    assert known.name == "times"


def test_a_path_is_one_page(path: Path) -> None:
    (page,) = resolve(["https://e.org/a?utm_source=x#top"], load(path))
    asked = page_source("https://e.org/a?utm_source=x")
    assert page == replace(asked, delay=2.0, requisites="none")
    assert page.asked


def test_a_page_is_fetched_as_often_as_it_is_asked_for(path: Path) -> None:
    path.write_text("[crawl]\nrecheck = ['1h']\nbackfill = 'none'\n")
    (page,) = resolve(["https://e.org/a"], load(path))
    assert (page.recheck, page.backfill) == ((), None)
    (site,) = resolve(["https://e.org/"], load(path))
    assert (site.recheck, site.backfill) == ((3600.0,), 0.0)


def test_pages_of_a_source_are_fetched_by_its_rules(path: Path) -> None:
    pages = [f"https://www.themoscowtimes.com/2024/10/23/slug-a{number}" for number in (1, 2)]
    (source,) = resolve(pages, load(path))
    assert (source.name, source.delay, source.asked) == ("times", 5.5, True)
    assert [seed.url for seed in source.seeds] == pages


@pytest.mark.parametrize("target", ["ftp://e.org/x", "https://", "http://e.org:0/", "://x"])
def test_not_a_url(target: str, path: Path) -> None:
    with pytest.raises(UsageError, match="not an http or https URL"):
        resolve([target], load(path))


def test_sources_that_are_no_tables_are_not_touched(path: Path) -> None:
    path.write_text("source = []\n")
    with pytest.raises(ConfigError, match=r"must be \[\[source\]\] tables"):
        sources.add(path, home_source("https://e.org/"))


def test_a_name_must_be_one(path: Path) -> None:
    with pytest.raises(UsageError, match="the name of a source is of letters"):
        sources.add(path, home_source("https://e.org/", "a b"))
    assert path.read_text() == TIMES


def test_every_key_is_a_field() -> None:
    assert set(keys.SOURCE) <= {field.name for field in fields(Source)}
    assert set(keys.CRAWL) <= {field.name for field in fields(Configuration)}


@pytest.mark.parametrize(
    ("table", "number", "key", "line"),
    [
        ("crawl", 1, "delay", 7),
        ("crawl", 1, "contact", 2),
        ("crawl", 1, None, 1),
        ("source", 1, "delay", 12),
        ("source", 2, "delay", 18),
        ("source", 2, "deny", 16),
        ("source", 2, "nothing", 14),
        ("source", 3, "delay", None),
        ("render", 1, "browser", None),
    ],
)
def test_the_line_of_a_key(table: str, number: int, key: str | None, line: int | None) -> None:
    text = (
        "[crawl]\n"
        'contact = """\n'
        "delay = 1\n"
        "[[source]]\n"
        '"""\n'
        "# delay = 2\n"
        '"delay" = 3\n'
        "allow = [\n"
        '  "delay",\n'
        "]\n"
        "[[ source ]]  # the first\n"
        "delay = 4\n"
        "\n"
        "[[source]]\n"
        "name = 'b'\n"
        "deny = [\n"
        "]\n"
        "  delay=5\n"
    )
    assert Place("x", table, number).line(text, key) == line


def test_a_long_value_is_not_told_whole(path: Path) -> None:
    path.write_text(f"[crawl]\ndelay = '{'x' * 10_000}'\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert len(str(caught.value)) < 400
