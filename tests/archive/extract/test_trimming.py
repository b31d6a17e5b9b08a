from __future__ import annotations

import pytest

from archive.extract.blocks import Block, Heading, Listing, Paragraph, Run
from archive.extract.trimming import Known, trimmed

KNOWN = Known("Rivers rise across the north", ("Anna Ivanova", "AFP"))
PROSE = Paragraph(
    (Run("The rivers rose through the night, and by morning they had taken a road."),)
)
BODY = (PROSE,) * 12


def line(text: str, link: str | None = None) -> Paragraph:
    return Paragraph((Run(text, link=link),))


@pytest.mark.parametrize(
    "top",
    [
        line("Rivers Rise across the North"),
        Heading(2, (Run("Floods: Rivers rise across the north"),)),
        line("By Anna Ivanova"),
        line("von Anna Ivanova, Moskau"),
        line("October 23, 2024"),
        line("segunda-feira, 22 de janeiro de 2018 às 0:13"),
        line("2025年1月14日 01時28分"),
        line("12,408 views"),
        line("3 min read"),
        line("Anna Ivanova is a reporter in the north who writes about water."),
    ],
)
def test_what_the_metadata_said_is_dropped_at_the_top(top: Block) -> None:
    assert trimmed((top, *BODY), KNOWN) == BODY


@pytest.mark.parametrize(
    "kept",
    [
        line("AFP said on Wednesday that the rivers had not yet reached their highest point."),
        line("The rivers rose on October 23, 2024, and have not fallen since."),
        Heading(2, (Run("What rises"),)),
        Heading(2, (Run("3 bridges fall"),)),
        line("12 people died."),
    ],
)
def test_text_stays_at_the_top(kept: Block) -> None:
    assert trimmed((kept, *BODY), KNOWN) == (kept, *BODY)


POINTER = Paragraph((Run("Read also: "), Run("A bridge was closed in the south", link="http://x/")))


def test_a_line_that_points_elsewhere_is_dropped() -> None:
    assert trimmed((*BODY, POINTER, *BODY), KNOWN) == (*BODY, *BODY)


def test_where_many_lines_are_links_they_are_the_article() -> None:
    body = (POINTER, PROSE) * 5
    assert trimmed(body, KNOWN) == body


def test_a_link_within_a_sentence_is_none() -> None:
    sentence = Paragraph(
        (Run("The mayor said "), Run("the bridge was closed", link="http://x/"), Run(" at noon."))
    )
    assert trimmed((*BODY, sentence, PROSE), KNOWN) == (*BODY, sentence, PROSE)


def test_teasers_and_their_heading_are_dropped_at_the_end() -> None:
    teaser = Heading(3, (Run("Another story of the day", link="http://x/"),))
    more = Heading(2, (Run("More from us"),))
    assert trimmed((*BODY, more, teaser, PROSE, teaser, PROSE), KNOWN) == BODY


def test_a_list_of_links_with_its_heading_is_dropped_at_the_end() -> None:
    items = tuple((line(f"Another story number {n}", "http://x/"),) for n in range(4))
    body = (*BODY, Heading(2, (Run("See also"),)), Listing(False, items))
    assert trimmed(body, KNOWN) == BODY


def test_a_note_about_the_author_is_dropped_at_the_end() -> None:
    note = line("Have a tip? Anna Ivanova may be reached at anna@example.com.")
    assert trimmed((*BODY, note), KNOWN) == BODY


@pytest.mark.parametrize("counter", ["1 views", "1.204 комментария", "12K shares"])
def test_a_counter_is_dropped_at_the_end(counter: str) -> None:
    assert trimmed((*BODY, line(counter)), KNOWN) == BODY


def test_links_stay_where_there_is_nothing_else() -> None:
    body = (line("Everything there is to read", "http://x/"),)
    assert trimmed(body, KNOWN) == body
