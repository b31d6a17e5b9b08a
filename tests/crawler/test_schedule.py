from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import NewswarcError, UsageError
from crawler import schedule

CRONTAB = """#!/bin/sh
# A crontab(1) that keeps its table in a file.
table="$FAKE_CRONTAB"
case "$1" in
-l) [ -f "$table" ] || { echo "no crontab for anna" >&2; exit 1; }; cat "$table" ;;
-) cat > "$table.new"; grep -q REFUSE "$table.new" && { echo "bad minute" >&2; exit 1; }
   mv "$table.new" "$table" ;;
*) exit 2 ;;
esac
"""
PROGRAM = ["/usr/bin/newswarc"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake ``crontab`` on the PATH; the file its table is in."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "crontab").write_text(CRONTAB)
    (programs / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("FAKE_CRONTAB", str(tmp_path / "table"))
    return tmp_path / "table"


@pytest.mark.parametrize(
    ("interval", "expression"),
    [
        ("1m", "* * * * *"),
        ("5m", "*/5 * * * *"),
        ("15 min", "*/15 * * * *"),
        ("60m", "0 * * * *"),
        ("1h", "0 * * * *"),
        ("6h", "0 */6 * * *"),
        ("24h", "0 4 * * *"),
        ("1d", "0 4 * * *"),
    ],
)
def test_every(interval: str, expression: str) -> None:
    assert schedule.every(interval) == expression


@pytest.mark.parametrize("interval", ["7m", "0m", "5h", "2d", "soon", "", "-5m", "90m", "1.5h"])
def test_what_cron_cannot_express(interval: str) -> None:
    with pytest.raises(UsageError):
        schedule.every(interval)


@pytest.mark.parametrize(
    "expression", ["7 6-23 * * *", "*/5 * * * mon-fri", "@hourly", "0  4 * * *"]
)
def test_cron_expressions(expression: str) -> None:
    assert schedule.check_cron(expression) == " ".join(expression.split())


@pytest.mark.parametrize("expression", ["", "* * * *", "* * * * * *", "* * * * ;rm", "@reboot\n*"])
def test_no_cron_expressions(expression: str) -> None:
    with pytest.raises(UsageError, match="not a cron expression"):
        schedule.check_cron(expression)


def test_the_block() -> None:
    assert schedule.block(Path("/srv/news"), "*/30 * * * *", PROGRAM) == (
        "# newswarc /srv/news begin\n"
        "*/30 * * * * /usr/bin/newswarc --collection /srv/news crawl --quiet\n"
        "# newswarc /srv/news end\n"
    )


def test_a_path_that_needs_quoting() -> None:
    block = schedule.block(Path("/srv/my news/100% true; rm"), "@daily", PROGRAM)
    assert r"--collection '/srv/my news/100\% true; rm' crawl" in block
    with pytest.raises(UsageError, match="cron cannot have this path"):
        schedule.block(Path("/srv/a\nb"), "@daily", PROGRAM)


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"--collection {tmp_path}/news " in schedule.block(Path("news"), "@daily", PROGRAM)


def test_the_program_is_found_without_a_path() -> None:
    assert Path(schedule.our_program()[0]).is_absolute()


NEWS, OTHER = Path("/srv/news"), Path("/srv/other")
OLD = schedule.block(NEWS, "@daily", PROGRAM)
NEW = schedule.block(NEWS, "@hourly", PROGRAM)
THIRD = schedule.block(OTHER, "@hourly", PROGRAM)


def test_install_and_remove(table: Path) -> None:
    assert schedule.installed(NEWS) == ""
    schedule.install(NEWS, OLD)
    assert table.read_text() == OLD
    schedule.install(NEWS, NEW)
    schedule.install(NEWS, NEW)
    assert table.read_text() == NEW
    assert schedule.installed(NEWS) == NEW
    assert schedule.remove(NEWS)
    assert not schedule.remove(NEWS)
    assert table.read_text() == ""


def test_the_rest_of_the_crontab_stays_as_it_is(table: Path) -> None:
    before, after = "MAILTO=anna\n0 1 * * * backup\n", "# the end, without a line end"
    table.write_text(before + OLD + THIRD + after)
    schedule.install(NEWS, NEW)
    assert table.read_text() == before + NEW + THIRD + after
    schedule.remove(NEWS)
    assert table.read_text() == before + THIRD + after
    schedule.install(NEWS, NEW)
    assert table.read_text() == before + THIRD + after + "\n" + NEW


def test_a_block_without_an_end_is_not_guessed_at(table: Path) -> None:
    broken = OLD.rpartition("#")[0] + "0 1 * * * backup\n"
    table.write_text(broken)
    with pytest.raises(NewswarcError, match="mend it with `crontab -e`"):
        schedule.install(NEWS, NEW)
    assert table.read_text() == broken


def test_a_crontab_that_refuses(table: Path) -> None:
    with pytest.raises(NewswarcError, match="bad minute"):
        schedule.install(NEWS, OLD + "REFUSE\n")


def test_no_cron_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NewswarcError, match="apt-get install cron"):
        schedule.installed(NEWS)
