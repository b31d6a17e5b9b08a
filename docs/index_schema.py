"""Write docs/index-schema.md from the schema that a new index really has.

``make docs`` runs it; a test fails when the file and the schema differ.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.index.store import Store

PATH = Path(__file__).parent / "index-schema.md"

HEADER = """\
# The schema of index.db

Generated from a new index by `make docs`; do not edit.

One SQLite file, derived from the WARC files: delete it, and `newswarc index --rebuild` makes it \
again. Read it with `sqlite3`, `sqlite-utils`, Datasette or anything else; write it with newswarc \
alone. Names of views are plain, for people who write SQL; the tables may change with any release.
The index of an older newswarc is brought up to date by the next `newswarc index`. One that is so \
old that it never knew how versions differ and which articles are copies learns it by `--rebuild`.

## Full text

`versions_fts` is an FTS5 table over `versions`, with the columns `text`, `title`, `subtitle` and \
`facets`. Its row ids are those of `versions`; it keeps words and no text. English words stand in \
it by their stems, which FTS5 makes, of the query as well. Words with Cyrillic letters stand in it \
by the stems that newswarc makes before FTS5 sees them: whoever asks in SQL writes the stem \
(`войск`) or a prefix (`войск*`); `newswarc search` does that by itself. ё is е.

```sql
SELECT versions.dated, versions.title, snippet(versions_fts, 0, '[', ']', '…', 20)
FROM versions_fts JOIN versions ON versions.id = versions_fts.rowid
WHERE versions_fts MATCH 'troops AND facets : xhbbc1com0'
ORDER BY versions_fts.rowid DESC LIMIT 20;
```

Row ids ascend with the time of publication: the minute since 1970 (UTC) times 16, and a place in \
that minute; where more than 16 versions are of one minute, they spread over the day behind it. So \
the newest matches come first with `ORDER BY rowid DESC`, at once, however many there are. \
`ORDER BY rank` looks at all matches, which takes its time for a common word.

What filters ask for are words in `facets`. In a value, what is no letter and no digit becomes `1`:

| word | means |
|---|---|
| `xhexample1com0` | the host, or a domain above it |
| `xnthe1times0` | the name of the publication |
| `xlen0` | the language |
| `xcworld0` | the section |
| `xajane0` | a word of an author's name; a whole name is a phrase: `"xajane0 xadoe0"` |
| `xtwar0` | a tag |
| `xwtroop0` | a word of the headline, by its stem |
| `xy2024`, `xm202410`, `xd20241023` | year, month, day of publication (UTC) |
| `xfold0` | an older version: not what the article says now |
| `xfedited0`, `xfstealth0` | the article was edited; one edit at least was in stealth |
| `xfimage0` | with a lead image |
"""

_SHADOW = re.compile(r"versions_fts_")


def schema() -> list[tuple[str, str, str]]:
    """Return type, name and SQL of all that is in a new index; of views, the columns."""
    with TemporaryDirectory(prefix="newswarc-schema-") as place:
        path = Path(place) / "index.db"
        Store(path).close()
        with closing(sqlite3.connect(path)) as db:
            rows = db.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
                " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
                " ORDER BY name"
            ).fetchall()
            columns = {
                name: ", ".join(f"`{row[1]}`" for row in db.execute(f"PRAGMA table_info({name})"))
                for kind, name, _ in rows
                if kind == "view"
            }
    found = [row for row in rows if not _SHADOW.match(row[1])]
    return [(kind, name, columns.get(name, sql)) for kind, name, sql in found]


def reference() -> str:
    """Return the text of docs/index-schema.md."""
    return HEADER + "".join(_chapters(schema()))


def _chapters(found: list[tuple[str, str, str]]) -> Iterator[str]:
    kinds = {"view": "Views", "table": "Tables", "index": "Indexes", "trigger": "Triggers"}
    for kind, heading in kinds.items():
        parts = [(name, sql) for type_, name, sql in found if type_ == kind]
        if not parts:
            continue
        yield f"\n## {heading}\n\n"
        if kind == "view":
            yield "| view | columns |\n|---|---|\n"
            yield from (f"| `{name}` | {columns} |\n" for name, columns in parts)
        else:
            yield "```sql\n" + "\n\n".join(f"{sql.strip()};" for _, sql in parts) + "\n```\n"


def main() -> None:
    """Write the file."""
    PATH.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
