"""The SQL of the ledger."""

from __future__ import annotations

#: The priority of rows asked for by name; they are claimed whatever their source.
REQUESTED = 0

#: Why a URL is out of scope that the source's backfill does not reach.
TOO_OLD = "before the backfill window"

#: What was asked for by name is ordinary when it falls due again.
FALL_DUE = f"""
UPDATE urls SET state = 'due', next_due = NULL, priority = max(priority, {REQUESTED + 1})
WHERE next_due <= ?
"""
DISCOVER = """
INSERT INTO urls (url, host, kind, source, state, why, path, depth, priority, via, published, more,
                  first_seen, found)
VALUES (:url, :host, :kind, :source, :state, :why, :path, :depth, :priority, :via, :published,
        :more, :now, :found)
"""
#: A known URL becomes due again when it has gone stale, or when it was out of scope as a bare link
#: and now comes into it as the item of a feed. What was too old is so until a date says otherwise.
#: What waits for a source that is not followed any more need not wait for ever.
PROMOTE = """
ON CONFLICT (url) DO UPDATE SET
    kind = excluded.kind, source = excluded.source, state = 'due', why = NULL, next_due = NULL,
    path = excluded.path, depth = excluded.depth, priority = excluded.priority,
    via = excluded.via, published = coalesce(excluded.published, published), more = excluded.more
WHERE excluded.state = 'due' AND (
    state = 'out of scope'
    AND (why IS NOT 'before the backfill window' OR excluded.published IS NOT NULL)
    OR state IN ('captured', 'unchanged') AND kind = excluded.kind AND last_captured < :stale
    OR state IN ('due', 'failed') AND source != excluded.source
    AND source NOT IN (SELECT value FROM json_each(:known))
)
RETURNING id
"""
#: The source that named a URL first keeps it for as long as it is followed at all.
_SOURCE = """
CASE WHEN source IN (SELECT value FROM json_each(:known)) THEN source ELSE excluded.source END
"""
#: Due whatever it was, once in a crawl. One asked for by name keeps the place it has.
AGAIN = f"""
ON CONFLICT (url) DO UPDATE SET
    kind = CASE excluded.priority WHEN {REQUESTED} THEN kind ELSE excluded.kind END,
    source = CASE excluded.priority WHEN {REQUESTED} THEN source ELSE {_SOURCE} END,
    state = 'due', why = NULL, next_due = NULL, depth = min(depth, excluded.depth),
    priority = min(priority, excluded.priority), more = excluded.more
WHERE crawl IS NOT :crawl
RETURNING id
"""
#: A seed is due by its own rhythm; one that nothing would ever make due again is due now, and so
#: is one that was known as something else.
SEED = f"""
ON CONFLICT (url) DO UPDATE SET
    kind = excluded.kind, source = {_SOURCE}, state = 'due', why = NULL, next_due = NULL,
    path = excluded.path, depth = excluded.depth, priority = excluded.priority
WHERE crawl IS NOT :crawl AND (
    state != 'due' AND next_due IS NULL
    OR source = excluded.source AND (kind != excluded.kind OR path != '')
)
RETURNING id
"""
#: A claim takes the best rows of a lane; `state` is spelled out so that the partial index serves.
CLAIM = """
SELECT due.id, due.url, due.host, due.kind, due.source, due.path, due.depth, due.priority,
       due.attempts, due.idle, (SELECT url FROM urls WHERE id = due.via), due.more,
       due.published, due.first_seen, due.last_captured, due.misses, due.missing_since
FROM urls AS due
WHERE due.state = 'due' AND due.source = ? AND due.host = ? AND due.priority <= ?
ORDER BY due.priority, due.id
LIMIT ?
"""
LANES = """
SELECT DISTINCT source, host FROM urls
WHERE state = 'due' AND (source IN (SELECT value FROM json_each(?)) OR priority = ?)
"""
#: In two parts, and with a plus, so that each is read from the small index of what it is about.
DUE = """
SELECT kind, url FROM (
    SELECT id, priority, kind, url, source FROM urls WHERE state = 'due'
    UNION SELECT id, priority, kind, url, source FROM urls WHERE next_due <= ?
)
WHERE +source IN (SELECT value FROM json_each(?))
ORDER BY priority, id
"""
#: Where a listing redirected to before it redirected elsewhere; the conditions are those of the
#: index urls_polls.
ABANDON = """
UPDATE urls SET state = iif(state = 'due' AND last_captured IS NOT NULL, 'captured', state),
    next_due = NULL
WHERE source = :source AND kind IN ('home', 'feed', 'sitemap', 'section', 'more')
    AND via = :id AND path = :path AND url != :url
"""
SETTLE = """
UPDATE urls
SET state = :state, why = :why, last_status = :status, attempts = :attempts, idle = :idle,
    last_captured = coalesce(:captured, last_captured), next_due = :next_due, crawl = :crawl,
    checks = checks + :checked, misses = :misses, missing_since = :missing_since,
    canonical = coalesce(:canonical, canonical), published = coalesce(published, :published),
    kind = coalesce(:kind, kind)
WHERE id = :id
"""
#: What a wider backfill window reaches; the condition is that of the index urls_too_old.
WIDEN = """
UPDATE urls SET state = 'due', why = NULL
WHERE source = :source AND state = 'out of scope' AND why = 'before the backfill window'
    AND (published >= :since OR :undated AND published IS NULL)
"""
RECHECK = """
UPDATE urls SET state = 'due', next_due = NULL
WHERE state IN ('captured', 'unchanged') AND kind = 'article'
    AND source IN (SELECT value FROM json_each(?))
"""
#: An article that was just edited is due no later than it would be, and perhaps sooner; unless it
#: has been looked at since.
EDITED = """
UPDATE urls SET changed = :changed,
    next_due = iif(last_captured <= :seen, min(coalesce(next_due, :due), :due), next_due)
WHERE id = :id AND state IN ('captured', 'unchanged') AND coalesce(changed, '') < :changed
"""
