"""What strangers write and a terminal must not act on."""

from __future__ import annotations

import pytest

from archive.cli import complain
from archive.terminal import visible

EVIL = "https://e.org/\x7f\x1b]0;title\x07\x9b2J\u202eevil\r\nfake line"
HARMLESS = r"https://e.org/\x7f\x1b]0;title\x07\x9b2J\u202eevil\x0d fake line"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (EVIL, HARMLESS),
        ("Привет, [bold]мир", "Привет, [bold]мир"),
        ("10\u00a0000\u202f€ – «да»", "10\u00a0000\u202f€ – «да»"),
        ("a\tb\ud800", r"a b\ud800"),
        ("a\u2028fake\u200eb", r"a\u2028fake\u200eb"),
    ],
)
def test_only_what_would_act_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_an_error_is_one_harmless_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain(f"not taken: {EVIL}")
    line = HARMLESS.replace(r"\x0d", "")  # white space of every kind is folded
    assert capsys.readouterr().err == f"newswarc: not taken: {line}\n"
