"""The step of the schema that made captures compact; see `archive.index.compact`."""

from __future__ import annotations

# The digest in base32, letter by letter: five bits out of two hexadecimal digits. SQLite has no
# function for that, and nobody who reads the index with another program shall need ours.
_DIGEST = """(
    WITH RECURSIVE letters (n, done) AS (
        SELECT 0, 'sha1:' UNION ALL SELECT n + 1, done || substr(
            'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
            1 + ((16 * instr('123456789ABCDEF', substr(hex(compact.digest), 5 * n / 4 + 1, 1))
                + instr('123456789ABCDEF', substr(hex(compact.digest), 5 * n / 4 + 2, 1))
                >> 3 - n % 4) & 31),
            1)
        FROM letters WHERE n < 32
    )
    SELECT done FROM letters WHERE n = 32)"""
_URL = "origins.origin || coalesce(compact.path, substr(urlkeys.urlkey, origins.skip))"

COMPACTION = f"""
CREATE TABLE urlkeys (
    id INTEGER PRIMARY KEY,
    urlkey TEXT NOT NULL UNIQUE     -- SURT
);

-- Where URLs begin: scheme, host and port.
CREATE TABLE origins (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    skip INTEGER NOT NULL           -- where the path begins in the urlkeys of it, counted from 1
);

CREATE TABLE capture_kinds (
    kind_id INTEGER PRIMARY KEY,
    record_type TEXT NOT NULL,
    status INTEGER,
    mime TEXT NOT NULL,
    truncated TEXT,
    UNIQUE (record_type, status, mime, truncated)
);

-- One URL at one time; the view captures shows it plainly.
CREATE TABLE compact_captures (
    id INTEGER PRIMARY KEY,         -- warc_file_id << 36 | offset
    urlkey_id INTEGER NOT NULL REFERENCES urlkeys (id),
    "timestamp" INTEGER NOT NULL,   -- 14 digits
    origin_id INTEGER NOT NULL REFERENCES origins (id),
    path TEXT,                      -- of the URL, where it is not that of the urlkey
    kind_id INTEGER NOT NULL REFERENCES capture_kinds (kind_id),
    length INTEGER NOT NULL,
    digest BLOB NOT NULL,           -- 20 bytes; as text if it is no SHA-1
    is_original INTEGER,            -- 1: a whole response, status 200
    redirect TEXT,
    refers_to_url TEXT,             -- where it is another one
    refers_to_timestamp INTEGER,
    refusal TEXT,                   -- why the page gave no article
    refusal_detail TEXT,
    version_id INTEGER REFERENCES versions (id)
);

INSERT INTO urlkeys (urlkey) SELECT urlkey FROM captures GROUP BY urlkey ORDER BY min(id);
INSERT INTO origins (origin, skip)
    SELECT url_origin(url), instr(urlkey, ')') + 1 FROM captures GROUP BY 1 ORDER BY min(id);
INSERT INTO capture_kinds (record_type, status, mime, truncated)
    SELECT record_type, status, mime, truncated FROM captures GROUP BY 1, 2, 3, 4 ORDER BY min(id);
INSERT INTO compact_captures
    SELECT plain.warc_file_id << 36 | plain."offset", urlkeys.id,
           CAST(plain."timestamp" AS INTEGER), origins.id,
           CASE origins.origin || substr(plain.urlkey, origins.skip) WHEN plain.url THEN NULL
               ELSE substr(plain.url, length(origins.origin) + 1) END,
           kind_id, plain.length, pack_digest(plain.digest),
           CASE WHEN plain.record_type = 'response' AND plain.status = 200
               AND plain.truncated IS NULL AND typeof(pack_digest(plain.digest)) = 'blob'
               THEN 1 END,
           plain.redirect, nullif(plain.refers_to_url, plain.url),
           CAST(plain.refers_to_timestamp AS INTEGER),
           plain.refusal, plain.refusal_detail, plain.version_id
    FROM captures AS plain
    CROSS JOIN urlkeys ON urlkeys.urlkey = plain.urlkey
    CROSS JOIN origins ON origins.origin = url_origin(plain.url)
    CROSS JOIN capture_kinds ON capture_kinds.record_type = plain.record_type
        AND capture_kinds.status IS plain.status AND capture_kinds.mime = plain.mime
        AND capture_kinds.truncated IS plain.truncated
    ORDER BY plain.warc_file_id, plain."offset";

CREATE INDEX compact_captures_by_url ON compact_captures (urlkey_id, "timestamp");
CREATE INDEX compact_captures_by_digest ON compact_captures (substr(digest, 1, 6))
    WHERE is_original IS NOT NULL;
CREATE INDEX compact_captures_by_version ON compact_captures (version_id)
    WHERE version_id IS NOT NULL;
CREATE INDEX compact_captures_by_refusal ON compact_captures (refusal) WHERE refusal IS NOT NULL;

CREATE TABLE texts_in_quarantine (
    capture_id INTEGER PRIMARY KEY REFERENCES compact_captures (id),
    article_url TEXT NOT NULL,
    digest TEXT NOT NULL,           -- of the text
    content TEXT NOT NULL           -- what a row of versions would hold, JSON
);
INSERT INTO texts_in_quarantine
    SELECT warc_file_id << 36 | "offset", article_url, quarantined_texts.digest, content
    FROM quarantined_texts JOIN captures ON captures.id = capture_id;
DROP TABLE quarantined_texts;
DROP TABLE captures;

CREATE VIEW captures AS
    SELECT compact.id, urlkeys.urlkey, printf('%014d', compact."timestamp") AS "timestamp",
           {_URL} AS url, capture_kinds.record_type, capture_kinds.status, capture_kinds.mime,
           CASE typeof(compact.digest) WHEN 'text' THEN compact.digest
               ELSE {_DIGEST} END AS digest,
           compact.id >> 36 AS warc_file_id, compact.id & 0xFFFFFFFFF AS "offset", compact.length,
           compact.redirect,
           CASE WHEN compact.refers_to_timestamp IS NOT NULL
               THEN coalesce(compact.refers_to_url, {_URL}) END AS refers_to_url,
           CASE WHEN compact.refers_to_timestamp IS NOT NULL
               THEN printf('%014d', compact.refers_to_timestamp) END AS refers_to_timestamp,
           capture_kinds.truncated, compact.refusal, compact.refusal_detail, compact.version_id
    FROM compact_captures AS compact
    -- All of these exist. As LEFT JOINs those that are not asked for cost nothing.
    LEFT JOIN urlkeys ON urlkeys.id = compact.urlkey_id
    LEFT JOIN origins ON origins.id = compact.origin_id
    LEFT JOIN capture_kinds ON capture_kinds.kind_id = compact.kind_id;

ALTER TABLE texts_in_quarantine RENAME TO quarantined_texts;
CREATE INDEX quarantined_texts_by_url ON quarantined_texts (article_url);
CREATE INDEX quarantined_texts_by_digest ON quarantined_texts (digest);
"""
