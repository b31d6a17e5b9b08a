"""What editors do to texts, and what it is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.wording.change import Wording, compare

TEXT = (
    "The ferry came back to the harbor on Wednesday with 1,500 passengers on board, the city"
    " council said. Nobody could say why the crossing had taken two days.\n\n"
    "The minister praised the crew and announced an inquiry into the company, which was not"
    " available for comment. A second ferry is to leave on Friday."
)
TITLE = "Ferry returns with 1,500 people"
NOON = datetime(2024, 10, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("harbor", "harbour", "minor"),
        ("praised", "praisd", "minor"),
        ("the crossing", "crossing", "minor"),
        ("an inquiry", "a inquiry", "minor"),
        ("the city", "the the city", "minor"),
        ("on board,", "onboard,", "minor"),
        ("said. Nobody", "said; nobody", "formatting"),
        ("council", "Council", "formatting"),
        ("days.\n\nThe", "days.\n\n\nThe", "formatting"),
        ("1,500", "1,200", "substantial"),
        ("two days", "2 days", "substantial"),
        ("was not", "was", "substantial"),
        ("praised", "criticised", "substantial"),
        ("Wednesday", "Tuesday", "substantial"),
        ("Friday", "Sunday", "substantial"),
        ("Friday.", "Friday. It will not wait.", "substantial"),
        (" and announced an inquiry into the company", "", "substantial"),
        (
            "Friday.",
            "Friday.\n\nCorrection: An earlier version of this article misspelled a name.",
            "correction",
        ),
        ("harbor", "harbour (corrected)", "correction"),
        ("Friday.", "Saturday.\n\nUpdated at 10:15 with the new day.", "correction"),
        ("Friday.", "Saturday.\n\nThis story has been updated.", "correction"),
        ("Friday.", "Saturday.\n\nИсправлено: паром уходит в субботу.", "correction"),
        ("Friday.", "Saturday.\n\nВ первоначальной версии была ошибка.", "correction"),
        ("Friday.", "Saturday. The timetable was updated by the ministry.", "substantial"),
    ],
)
def test_a_change_of_the_text(old: str, new: str, kind: str) -> None:
    assert old in TEXT
    change = compare(Wording(TITLE, TEXT), Wording(TITLE, TEXT.replace(old, new, 1)))
    assert change.kind == kind


def test_a_word_without_end_is_no_typo() -> None:
    word = "ab" * 50_000  # letter by letter, that would take hours
    assert compare(Wording(TITLE, f"x{word}"), Wording(TITLE, f"y{word}")).kind != "minor"


def test_a_note_that_was_there_before_corrects_nothing() -> None:
    before = TEXT + "\n\nCorrection: The day was wrong."
    after = before.replace("praised", "criticised")
    assert compare(Wording(TITLE, before), Wording(TITLE, after)).kind == "substantial"
    second = after + "\n\nCorrection: The hour was wrong, too."
    assert compare(Wording(TITLE, after), Wording(TITLE, second)).kind == "correction"


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Ferry back after two days", TEXT, "headline"),
        ("Ferry back after two days", TEXT.replace("praised", "praisd"), "headline"),
        ("Ferry back after two days", TEXT.replace("1,500", "900"), "substantial"),
        ("Ferry returns with 1,500 People!", TEXT, "formatting"),
        ("UPDATED: Ferry returns with 1,500 people", TEXT, "correction"),
    ],
)
def test_a_change_of_the_headline(title: str, text: str, kind: str) -> None:
    assert compare(Wording(TITLE, TEXT), Wording(title, text)).kind == kind


SILENT = TEXT.replace("1,500", "900")


@pytest.mark.parametrize(
    ("before", "after", "text", "stealth"),
    [
        (NOON, NOON, SILENT, True),
        (NOON, NOON.astimezone(), SILENT, True),
        (NOON, NOON + timedelta(minutes=1), SILENT, False),
        (None, NOON, SILENT, False),
        (NOON, None, SILENT, False),
        (None, None, SILENT, False),
        (NOON, NOON, TEXT.replace("harbor", "harbour"), False),
        (NOON, NOON, SILENT + "\n\nCorrection: It was 900.", False),
    ],
)
def test_stealth(before: datetime | None, after: datetime | None, text: str, stealth: bool) -> None:
    change = compare(Wording(TITLE, TEXT, before), Wording(TITLE, text, after))
    assert change.stealth is stealth


def test_how_much_was_changed() -> None:
    change = compare(Wording("One two", "three four five six"), Wording("One", "three x five six"))
    assert (change.added, change.removed) == (1, 2)
    assert change.similarity == round(2 * 4 / 11, 4)
    assert compare(Wording("", ""), Wording("", "")).similarity == 1
