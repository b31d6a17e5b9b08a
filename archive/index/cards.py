"""What a list shows of articles beside what was found of them: a few at a time, all at once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from archive.glance import Card
from archive.index.fields import state
from archive.index.query.tree import STATES
from archive.model import Copy

#: Of a cluster of copies so many are told; the others are counted.
_COPIES = 12

_SHOWN = f"""
    SELECT articles.id, host, language, section, image_url, articles.first_capture,
           {", ".join(f'{state(name).sql} AS "{name}"' for name in STATES)}
    FROM articles WHERE articles.id IN (SELECT value FROM json_each(?))
"""
_COPIED = """
    SELECT own.article_id AS of_id, own.cluster_id, others.article_id, articles.url, host, title,
           articles.first_capture, share,
           count(*) OVER (PARTITION BY own.article_id) AS number,
           row_number() OVER (
               PARTITION BY own.article_id ORDER BY articles.first_capture, articles.url
           ) AS place
    FROM clusters AS own
    JOIN clusters AS others ON others.cluster_id = own.cluster_id
    JOIN articles ON articles.id = others.article_id
    LEFT JOIN copies ON copies.article_id = own.article_id AND other_id = others.article_id
    WHERE own.article_id IN (SELECT value FROM json_each(?))
"""


def cards(db: sqlite3.Connection, article_ids: Sequence[int]) -> dict[int, Card]:
    """Return what is known of some articles, by their ids.

    Args:
        db: the index.
        article_ids: of a page of a list; what they cost grows with their number.
    """
    wanted = json.dumps(list(article_ids))
    copies: dict[int, list[Copy]] = defaultdict(list)
    numbers: dict[int, int] = {}
    clusters: dict[int, int] = {}
    for row in db.execute(f"SELECT * FROM ({_COPIED}) WHERE place <= ?", (wanted, _COPIES)):
        numbers[row["of_id"]], clusters[row["of_id"]] = row["number"], row["cluster_id"]
        copies[row["of_id"]].append(
            Copy(
                article_id=row["article_id"],
                url=row["url"],
                host=row["host"],
                title=row["title"],
                first_capture=row["first_capture"],
                share=1.0 if row["article_id"] == row["of_id"] else row["share"],
                first_seen=row["place"] == 1,
            )
        )
    values = [value for name in STATES for value in state(name).values]
    return {
        row["id"]: Card(
            article_id=row["id"],
            host=row["host"],
            language=row["language"],
            section=row["section"],
            image_url=row["image_url"],
            first_capture=row["first_capture"],
            states=tuple(name for name in STATES if row[name]),
            cluster=clusters.get(row["id"]),
            copies=tuple(copies[row["id"]]),
            copy_count=numbers.get(row["id"], 0),
        )
        for row in db.execute(_SHOWN, (*values, wanted)).fetchall()
    }
