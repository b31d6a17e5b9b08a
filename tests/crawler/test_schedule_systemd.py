from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from archive.errors import UsageError
from crawler.schedule import interval, program, systemd

#: A path with all that means something to systemd, a shell or a quotation.
ODD = 'my news/100% $HOME \\n "it\'s" ;rm'


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration directory of our own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "systemd" / "user"


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake ``systemctl`` alone on the PATH; the file in which it writes what it was asked."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n[ ! -e {tmp_path}/down ]\n'
    (programs / "systemctl").write_text(script)
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return tmp_path / "called"


def made(collection: Path, newswarc: Path = Path("/usr/bin/newswarc")) -> systemd.Units:
    every = interval.every("15m")
    words = program.command(collection, every.max_time, [str(newswarc)])
    assert every.calendar is not None
    return systemd.units(collection, every.calendar, every.seconds, words)


@pytest.mark.parametrize("text", ["1m", "15m", "1h", "6h", "1d"])
def test_systemd_understands_the_calendar(text: str) -> None:
    calendar = interval.every(text).calendar
    assert calendar is not None
    command = ["systemd-analyze", "calendar", "--iterations=3", calendar]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    times = [line for line in result.stdout.splitlines() if "UTC" in line and ":" in line]
    assert len(times) >= 3


@pytest.mark.parametrize(
    ("name", "place"),
    [("news", "bin"), (ODD, "bin"), ("été", "é"), ("a-b.c", "100% of $HOME; rm")],
)
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path, name: str, place: str) -> None:
    """``systemd-analyze verify`` parses the units and looks for the program they start."""
    collection = tmp_path / name
    newswarc = tmp_path / place / "newswarc"
    newswarc.parent.mkdir()
    shutil.copy("/bin/true", newswarc)
    systemd.install(collection, made(collection, newswarc))

    def verify() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["systemd-analyze", "--user", "verify", *map(str, systemd.paths(collection))],
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        )

    result = verify()
    assert (result.returncode, result.stderr) == (0, "")
    newswarc.unlink()
    assert "is not executable" in verify().stderr


@pytest.mark.parametrize(
    "path", ["/srv/news", f"/srv/{ODD}", "/", "/.news/.x", "/srv/-a:b_c", "/é"]
)
def test_names_are_escaped_as_systemd_does_it(path: str) -> None:
    result = subprocess.run(["systemd-escape", "--path", path], capture_output=True, text=True)
    assert systemd.escaped(Path(path)) == result.stdout.strip()


def test_a_program_that_systemd_would_not_start() -> None:
    service = made(Path("/srv/news"), Path("/opt/it's/newswarc")).service
    assert 'ExecStart=":/usr/bin/env" "/opt/it\'s/newswarc" "--collection"' in service


def test_the_service() -> None:
    service = made(Path(f"/srv/{ODD}")).service
    assert (
        'ExecStart=":/usr/bin/newswarc" "--collection"'
        ' "/srv/my news/100%% $HOME \\\\n \\"it\'s\\" ;rm" "crawl" "--max-time" "14m" "--quiet"\n'
    ) in service
    assert 'ReadWritePaths="/srv/my news/100%% $HOME \\\\n \\"it\'s\\" ;rm"\n' in service
    with pytest.raises(UsageError, match="cannot have this path"):
        made(Path("/srv/a\nExecStart=/bin/sh"))


def test_install_show_and_remove(called: Path, configuration: Path) -> None:
    news, other = Path("/srv/news"), Path("/home/anna/news")
    assert systemd.installed(news) == ""
    assert systemd.install(news, made(news)) is None
    assert systemd.install(other, made(other)) is None
    assert systemd.install(news, made(news)) is None
    assert sorted(path.name for path in configuration.iterdir()) == [
        "newswarc-home-anna-news.service",
        "newswarc-home-anna-news.timer",
        "newswarc-srv-news.service",
        "newswarc-srv-news.timer",
    ]
    assert called.read_text().splitlines()[:2] == [
        "--user daemon-reload",
        "--user enable --now newswarc-srv-news.timer",
    ]
    assert "OnCalendar=*-*-* *:00/15:00\n" in systemd.installed(news)
    assert "Persistent=true\n" in systemd.installed(news)
    called.unlink()
    assert systemd.remove(news)
    assert not systemd.remove(news)
    assert called.read_text().splitlines() == [
        "--user disable --now newswarc-srv-news.timer",
        "--user daemon-reload",
    ]
    assert len(list(configuration.iterdir())) == 2


def test_a_systemd_that_does_not_answer(called: Path, tmp_path: Path) -> None:
    (tmp_path / "down").touch()
    told = systemd.install(Path("/srv/news"), made(Path("/srv/news")))
    assert told == (
        "systemctl --user daemon-reload && systemctl --user enable --now 'newswarc-srv-news.timer'"
    )
    assert systemd.installed(Path("/srv/news"))


def test_a_relative_configuration_directory_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert systemd.paths(Path("/srv/news"))[0].parent == tmp_path / ".config/systemd/user"


def test_a_path_too_long_for_a_name() -> None:
    with pytest.raises(UsageError, match="too long"):
        systemd.paths(Path("/srv") / ("n" * 250))
