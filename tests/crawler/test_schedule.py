from __future__ import annotations

from pathlib import Path

import pytest

from archive.cli import run
from archive.errors import NewswarcError, UsageError
from crawler.cli import group
from crawler.schedule import crontab, interval, program

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


def block(collection: Path, when: str) -> str:
    return crontab.block(collection, when, program.command(collection, 840, PROGRAM))


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
    ("text", "expression"),
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
def test_every(text: str, expression: str) -> None:
    assert interval.every(text).cron == expression


@pytest.mark.parametrize("text", ["7m", "0m", "5h", "2d", "soon", "", "-5m", "90m", "1.5h"])
def test_what_cron_cannot_express(text: str) -> None:
    with pytest.raises(UsageError):
        interval.every(text)


@pytest.mark.parametrize(
    "expression", ["7 6-23 * * *", "*/5 * * * mon-fri", "@hourly", "0  4 * * *"]
)
def test_cron_expressions(expression: str) -> None:
    assert interval.expression(expression).cron == " ".join(expression.split())


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "* * * * ;rm", "@reboot\n*", "@reboot"],
)
def test_no_cron_expressions(expression: str) -> None:
    with pytest.raises(UsageError, match="not a cron expression"):
        interval.expression(expression)


@pytest.mark.parametrize(
    "expression",
    ["61 * * * *", "* 24 * * *", "*/0 * * * *", "9-3 * * * *", "a * * * *", "1,, * * * *"],
)
def test_no_minutes_and_hours(expression: str) -> None:
    with pytest.raises(UsageError, match="minutes of 0-59 and hours of 0-23"):
        interval.expression(expression)


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("* * * * *", 60),
        ("*/25 * * * *", 600),  # 0, 25, 50 and 60
        ("5 * * * *", 3600),
        ("7 6-23 * * *", 3600),
        ("10,40 4,22 * * *", 1800),
        ("0 23,1 * * *", 7200),  # over midnight
        ("3/20 * * * mon-fri", 1200),
        ("0 4 1 * *", 86400),
        ("@hourly", 3600),
        ("@weekly", 86400),
    ],
)
def test_the_shortest_time_between_two_runs(expression: str, seconds: int) -> None:
    assert interval.expression(expression).seconds == seconds


@pytest.mark.parametrize("text", ["1m", "5m", "15m", "1h", "6h", "1d"])
def test_a_run_ends_before_the_next(text: str) -> None:
    every = interval.every(text)
    assert every.seconds / 2 < every.max_time <= every.seconds - 15


def test_the_block() -> None:
    assert block(Path("/srv/news"), "*/30 * * * *") == (
        "# newswarc /srv/news begin\n"
        "*/30 * * * * /usr/bin/newswarc --collection /srv/news crawl --max-time 14m --quiet\n"
        "# newswarc /srv/news end\n"
    )


def test_a_path_that_needs_quoting() -> None:
    lines = block(Path("/srv/my news/100% true; rm"), "@daily")
    assert r"--collection '/srv/my news/100\% true; rm' crawl" in lines
    with pytest.raises(UsageError, match="cannot have this path"):
        block(Path("/srv/a\nb"), "@daily")


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"--collection {tmp_path}/news " in block(Path("news"), "@daily")


def test_the_program_is_found_without_a_path() -> None:
    assert Path(program.our_program()[0]).is_absolute()


NEWS, OTHER = Path("/srv/news"), Path("/srv/other")
OLD = block(NEWS, "@daily")
NEW = block(NEWS, "@hourly")
THIRD = block(OTHER, "@hourly")


def test_install_and_remove(table: Path) -> None:
    assert crontab.installed(NEWS) == ""
    crontab.install(NEWS, OLD)
    assert table.read_text() == OLD
    crontab.install(NEWS, NEW)
    crontab.install(NEWS, NEW)
    assert table.read_text() == NEW
    assert crontab.installed(NEWS) == NEW
    assert crontab.remove(NEWS)
    assert not crontab.remove(NEWS)
    assert table.read_text() == ""


def test_the_rest_of_the_crontab_stays_as_it_is(table: Path) -> None:
    before, after = "MAILTO=anna\n0 1 * * * backup\n", "# the end, without a line end"
    table.write_text(before + OLD + THIRD + after)
    crontab.install(NEWS, NEW)
    assert table.read_text() == before + NEW + THIRD + after
    crontab.remove(NEWS)
    assert table.read_text() == before + THIRD + after
    crontab.install(NEWS, NEW)
    assert table.read_text() == before + THIRD + after + "\n" + NEW


def test_a_block_without_an_end_is_not_guessed_at(table: Path) -> None:
    broken = OLD.rpartition("#")[0] + "0 1 * * * backup\n"
    table.write_text(broken)
    with pytest.raises(NewswarcError, match="mend it with `crontab -e`"):
        crontab.install(NEWS, NEW)
    assert table.read_text() == broken


def test_a_crontab_that_refuses(table: Path) -> None:
    with pytest.raises(NewswarcError, match="bad minute"):
        crontab.install(NEWS, OLD + "REFUSE\n")


def test_no_cron_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NewswarcError, match="apt-get install cron"):
        crontab.installed(NEWS)


def test_the_command_keeps_one_schedule_only(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """cron or systemd; a little less time than the interval, unless told otherwise."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "bin" / "systemctl").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "systemctl").chmod(0o755)
    units = tmp_path / "config" / "systemd" / "user"

    def schedule(*arguments: str) -> tuple[int, str, str]:
        code = run(group, ["-c", str(tmp_path / "news"), "schedule", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    assert schedule("install", "--every", "15m")[0] == 0
    assert " crawl --max-time 14m --quiet\n" in table.read_text()
    assert schedule("install", "--cron", "0 */6 * * *", "--max-time", "0")[0] == 0
    assert " crawl --quiet\n" in table.read_text()

    code, out, err = schedule("install", "--systemd", "--every", "1h", "--max-time", "90s")
    assert (code, table.read_text()) == (0, "")
    assert out.splitlines() == [str(path) for path in sorted(units.iterdir())]
    assert "run: systemctl --user daemon-reload && " in err
    shown = schedule("show")[1]
    assert '"--max-time" "1m30s"' in shown
    assert "OnCalendar=*-*-* 00/1:00:00\n" in shown

    assert schedule("install", "--every", "15m")[0] == 0
    assert list(units.iterdir()) == []
    assert schedule("show")[1] == table.read_text()
    assert schedule("install", "--systemd", "--print")[1].startswith("[Unit]\n")
    assert list(units.iterdir()) == []
    assert schedule("remove")[0] == 0
    code, _, err = schedule("install", "--systemd", "--cron", "@daily")
    assert (code, err) == (2, "newswarc: --systemd takes --every, not --cron\n")
