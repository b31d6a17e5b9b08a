from __future__ import annotations

import pytest

from crawler import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5400),
        ("90 min", 5400),
        ("6h", 21_600),
        ("3d", 259_200),
        ("2w", 1_209_600),
        ("1h30m", 5400),
        (" 1d 6h ", 108_000),
        ("45s", 45),
        ("0m", 0),
    ],
)
def test_reading(text: str, seconds: float) -> None:
    assert duration.parse(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "6", "h", "6 hours", "-1h", "1.5h", "1h x", "1mon", "٣h", "9999999999d"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a span of time"):
        duration.parse(text)


def test_a_century_is_the_limit() -> None:
    assert duration.parse("36525d") == duration.LONGEST
    with pytest.raises(ValueError, match="longer than a hundred years"):
        duration.parse("36525d1s")


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 5400, 86_399, 86_400, 2_592_000, 8_640_061])
def test_what_is_written_is_read_again(seconds: int) -> None:
    assert duration.parse(duration.written(seconds)) == seconds
