"""What the index says of articles depends on the captures, not on the order they came in."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CHANCE = random.Random(2)
WORDS = ["river", "ferry", "council", "harbor", "bread", "minister", "wind", "ticket", "crew"]


def prose(size: int) -> str:
    return " ".join(CHANCE.choice(WORDS) + str(CHANCE.randrange(30)) for _ in range(size))


LONG = prose(120)
#: Texts of an article: near each other, cut, others', and some that stand in.
TEXTS = (
    ("Ferry", LONG),
    ("Ferry", LONG.replace("ferry", "fery", 1)),
    ("Harbor", LONG),
    ("Harbor", prose(150)),
    ("Soon back", "We are mending the site."),
    ("Please wait", "It will not take long, they say."),
    ("Ferry", "This article was withdrawn."),
)
#: No three on one host: a text that several articles got at once is told by those that were seen.
HOSTS = ("a.example", "a.example", "b.example", "b.example", "c.example")
#: What was seen: where, which text, at which hour.
SEEN = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, len(TEXTS) - 1), st.integers(10, 40)),
    max_size=14,
    unique_by=lambda seen: (seen[0], seen[2]),
)

SAID = """
SELECT url, number, versions.title, "text", versions.first_capture, versions.last_capture, captures,
    kind, stealth, words_added, words_removed, similarity, reverts_to,
    versions.id = current_version_id, articles.versions, articles.first_capture
    FROM versions JOIN articles ON articles.id = article_id ORDER BY url, number;
SELECT captures.url, timestamp, refusal, refusal_detail, versions.number FROM captures
    LEFT JOIN versions ON versions.id = version_id ORDER BY captures.url, timestamp;
SELECT article_url, quarantined_texts.digest, timestamp FROM quarantined_texts
    JOIN captures ON captures.id = capture_id ORDER BY article_url, timestamp;
SELECT one.url, other.url, share FROM copies JOIN articles AS one ON one.id = article_id
    JOIN articles AS other ON other.id = other_id ORDER BY one.url, other.url;
SELECT url, first_seen FROM copied_articles ORDER BY url;
SELECT articles.url, count(*) FROM sketches JOIN articles ON articles.id = article_id
    GROUP BY url ORDER BY url;
SELECT host, digest FROM stand_ins ORDER BY 1, 2;
""".strip().split(";\n")

WRITTEN = """
SELECT * FROM words ORDER BY term, doc, col, offset;
SELECT docs.id, article_id, current, edited, stealth, dated, seen, name
    FROM docs JOIN names ON names.id = host_id ORDER BY docs.id;
SELECT shingle, article_id FROM sketches;
SELECT type, name, sql FROM sqlite_master ORDER BY name;
PRAGMA journal_mode
""".strip().split(";\n")


def said(shelf: Any) -> list[Any]:
    return [shelf.rows(sql) for sql in SAID]


def written(shelf: Any) -> list[Any]:
    """What is written beside the versions: the words, the narrow rows, and what the schema is."""
    with closing(sqlite3.connect(shelf.path)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, versions_fts, instance)")
        return [db.execute(sql).fetchall() for sql in WRITTEN]


def put(shelf: Any, seen: tuple[int, int, int]) -> int:
    place, text, hour = seen
    # Where a page does not say when it was published, its first capture does.
    published = datetime(2024, 9, 30, tzinfo=UTC) if place % 2 else None
    delta: int = shelf.put(
        f"https://{HOSTS[place]}/{place}",
        *TEXTS[text],
        at=f"202410{hour - 9:02}081500",
        published=published,
    )
    return delta


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SEEN, st.randoms(use_true_random=False))
def test_the_order_of_indexing_changes_nothing(
    new_shelf: Callable[..., Any], seen: list[tuple[int, int, int]], chance: random.Random
) -> None:
    straight, mixed, bulk = new_shelf(), new_shelf(), new_shelf(bulk=True)
    for each in sorted(seen, key=lambda one: one[2]):
        put(straight, each)
    shuffled = list(seen)
    chance.shuffle(shuffled)
    count = sum(put(mixed, each) for each in shuffled)
    expected = said(straight)
    assert said(mixed) == expected
    for each in shuffled:
        put(bulk, each)
    bulk.store.finish()
    assert said(bulk) == expected
    assert written(bulk) == written(mixed)
    assert count == len(expected[0])
    numbers = [row[:2] for row in expected[0]]
    assert all(number == 1 or (url, number - 1) in numbers for url, number in numbers)
    for shelf in (straight, mixed):
        assert shelf.rows("PRAGMA foreign_key_check") == []
        assert shelf.rows("SELECT count(*) FROM captures") == [(len(seen),)]


def test_a_long_history_may_come_backwards(new_shelf: Callable[[], Any]) -> None:
    """Each late capture that shows what a later one shows takes the same time."""

    def seconds(captures: int) -> float:
        shelf = new_shelf()
        begun = time.process_time()
        for minute in range(captures - 1, -1, -1):
            at = f"20241024{minute // 60:02}{minute % 60:02}00"
            shelf.put(title="Ferry", text=LONG, at=at, published=datetime(2024, 10, 1, tzinfo=UTC))
        spent = time.process_time() - begun
        assert shelf.rows("SELECT captures FROM versions") == [(captures,)]
        return spent

    assert seconds(640) < 8 * max(0.2, seconds(160))
