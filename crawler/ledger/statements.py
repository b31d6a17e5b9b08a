"""The SQL of the ledger."""

from __future__ import annotations

#: The priority of rows asked for by name; they are claimed whatever their source.
REQUESTED = 0

DISCOVER = """
INSERT INTO urls (url, host, kind, source, state, why, path, depth, priority, via, published, more,
                  first_seen)
VALUES (:url, :host, :kind, :source, :state, :why, :path, :depth, :priority, :via, :published,
        :more, :now)
"""
#: A known URL becomes due again when it has gone stale, or when it was out of scope as a bare link
#: and now comes into it as the item of a feed.
PROMOTE = """
ON CONFLICT (url) DO UPDATE SET
    kind = excluded.kind, source = excluded.source, state = 'due', why = NULL, next_due = NULL,
    path = excluded.path, depth = excluded.depth, priority = excluded.priority,
    via = excluded.via, published = coalesce(excluded.published, published), more = excluded.more
WHERE excluded.state = 'due' AND (
    state = 'out of scope'
    OR state IN ('captured', 'unchanged') AND kind = excluded.kind AND last_captured < :stale
)
"""
#: A seed is due in every crawl, once. One asked for by name keeps the place it has.
AGAIN = f"""
ON CONFLICT (url) DO UPDATE SET
    kind = CASE excluded.priority WHEN {REQUESTED} THEN kind ELSE excluded.kind END,
    source = CASE excluded.priority WHEN {REQUESTED} THEN source ELSE excluded.source END,
    state = 'due', why = NULL, next_due = NULL, depth = min(depth, excluded.depth),
    priority = min(priority, excluded.priority), more = excluded.more
WHERE crawl IS NOT :crawl
"""
#: A claim takes the best rows of a lane; `state` is spelled out so that the partial index serves.
CLAIM = """
SELECT due.id, due.url, due.host, due.kind, due.source, due.path, due.depth, due.priority,
       due.attempts, due.idle, (SELECT url FROM urls WHERE id = due.via), due.more
FROM urls AS due
WHERE due.state = 'due' AND due.source = ? AND due.host = ? AND due.priority <= ?
ORDER BY due.priority, due.id
LIMIT ?
"""
LANES = """
SELECT DISTINCT source, host FROM urls
WHERE state = 'due' AND (source IN (SELECT value FROM json_each(?)) OR priority = ?)
"""
DUE = """
SELECT kind, url FROM urls
WHERE (state = 'due' OR next_due <= ?) AND source IN (SELECT value FROM json_each(?))
ORDER BY priority, id
"""
SETTLE = """
UPDATE urls
SET state = ?, why = ?, last_status = ?, last_captured = coalesce(?, last_captured),
    attempts = ?, idle = ?, next_due = ?, crawl = ?
WHERE id = ?
"""
