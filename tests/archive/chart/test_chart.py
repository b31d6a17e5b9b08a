"""Charts: what stands where."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from archive.chart import bars, png, svg
from archive.chart.axis import MAX_TIMES, Bar, without_gaps
from archive.chart.picture import FILL, MAX_BARS, picture


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ([], []),
        ([("2024", 1)], [("2024", 1)]),
        ([("2023", 1), ("2025", 2)], [("2023", 1), ("2024", 0), ("2025", 2)]),
        ([("2024-12", 1), ("2025-01", 2)], [("2024-12", 1), ("2025-01", 2)]),
        (
            [("2024-02-28", 1), ("2024-03-01", 2)],
            [("2024-02-28", 1), ("2024-02-29", 0), ("2024-03-01", 2)],
        ),
        # no times: as they are
        ([("b", 1), ("a", 2)], [("b", 1), ("a", 2)]),
        ([("9999-12-31", 1), ("a", 2)], [("9999-12-31", 1), ("a", 2)]),
    ],
)
def test_times_without_anything_are_shown(given: list[Bar], filled: list[Bar]) -> None:
    assert without_gaps(given) == filled


def test_centuries_of_nothing_are_not_shown() -> None:
    far = [("1000-01-01", 1), ("2024-01-01", 1)]
    assert without_gaps(far) == far
    near = [("2020-01-01", 1), ("2024-01-01", 1)]
    assert len(without_gaps(near)) == 4 * 365 + 2 < MAX_TIMES


BARS = st.lists(
    st.tuples(st.text(st.characters(codec="utf-8", categories=["L", "N"])), st.integers(0, 10**9)),
    min_size=1,
)


@given(BARS, st.integers(30, 200), st.booleans())
def test_bars_keep_to_the_width(given: list[Bar], width: int, plain: bool) -> None:
    for line, (_, count) in zip(bars.lines(given, width, plain=plain), given, strict=True):
        assert bars.columns(line) <= width
        assert line.endswith(f"{count:,}")
        assert any(mark in line for mark in "#█▏▎▍▌▋▊▉") or not count


def test_the_longest_bar_takes_all_the_room() -> None:
    long, half = bars.lines([("a", 100), ("b", 50)], 40)
    assert len(long) == 40
    assert long.count("█") == 2 * half.count("█")


MONTHS = [(f"2024-{month:02}", month * 37) for month in range(1, 13)]


def test_a_picture_of_times_has_columns_as_high_as_their_counts() -> None:
    drawn = picture(MONTHS, "korea, by month", upright=True)
    heights = [box.height for box in drawn.boxes if box.fill == FILL]
    assert heights == pytest.approx([heights[0] * month for month in range(1, 13)])
    assert next(label.text for label in drawn.labels if label.anchor == "middle") == "2024-01"


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("number", [0, 1, 7, 2000])
def test_nothing_stands_outside_a_picture(number: int, upright: bool) -> None:
    drawn = picture([(f"2024-01-{n}", n) for n in range(number)], "x" * 900, upright=upright)
    assert len([box for box in drawn.boxes if box.fill == FILL]) <= MAX_BARS
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawn.width
        assert 0 <= box.y <= box.y + box.height <= drawn.height
    for label in drawn.labels:
        assert 0 <= label.x <= drawn.width
        assert 0 <= label.y <= drawn.height


def test_svg_says_what_it_shows_and_escapes_it() -> None:
    document = svg.draw(picture([("<b>&", 3), ("Коммерсантъ", 2)], 'a "title" <x>', upright=False))
    texts = [element.text for element in ElementTree.fromstring(document) if element.text]
    assert {"<b>&", "Коммерсантъ", 'a "title" <x>', "3", "2"} <= set(texts)
    assert b"<script" not in document


def test_png_is_an_image_of_the_chart() -> None:
    drawn = picture(MONTHS, "korea, by month", upright=True)
    image = Image.open(io.BytesIO(png.draw(drawn)))
    assert image.size == (2 * drawn.width, 2 * drawn.height)
    last = [box for box in drawn.boxes if box.fill == FILL][-1]
    middle = image.getpixel((round(2 * last.x + last.width), round(2 * last.y + last.height)))
    assert middle == tuple(bytes.fromhex(FILL[1:]))
