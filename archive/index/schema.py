"""The schema of ``index.db``: SQL, step by step, so that an older index can be brought up to date.

A step that was released is never changed; what comes later is a step of its own. Row ids follow
the order of the records (files by name, records by offset), so that an index that grew with the
crawl and one that was rebuilt are the same.
"""

from __future__ import annotations

from archive.index.compaction import COMPACTION

#: Name of the set of migrations in the database.
MIGRATION_SET = "newswarc"

_TABLES = """
-- One run of the crawler, or one foreign file: what the warcinfo records say.
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,      -- isPartOf of the warcinfo record, else the file's name
    started TEXT NOT NULL,          -- timestamp of its first warcinfo record
    software TEXT,
    operator TEXT,
    user_agent TEXT,
    info TEXT NOT NULL              -- all fields of that record, JSON
);

CREATE TABLE warc_files (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,      -- final name, without .open
    crawl_id INTEGER REFERENCES crawls (id),
    indexed_until INTEGER NOT NULL DEFAULT 0,   -- bytes; what lies before is indexed, once
    records INTEGER NOT NULL DEFAULT 0
);

-- Places in WARC files that could not be read.
CREATE TABLE damages (
    id INTEGER PRIMARY KEY,
    warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
    "offset" INTEGER NOT NULL,
    problem TEXT NOT NULL,
    UNIQUE (warc_file_id, "offset")
);

-- One canonical URL that carries a news text; what its current version says, but for the text.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    urlkey TEXT NOT NULL,
    host TEXT NOT NULL,             -- without www
    dated TEXT NOT NULL,            -- UTC: when published or, if it does not say, first captured
    title TEXT NOT NULL,
    subtitle TEXT,
    authors TEXT NOT NULL,          -- names, JSON array
    published TEXT,                 -- ISO 8601 with the page's own offset; a day where that is all
    modified TEXT,
    site TEXT,
    section TEXT,
    language TEXT,
    tags TEXT NOT NULL,             -- JSON array
    description TEXT,
    image_url TEXT,
    image_caption TEXT,
    image_credit TEXT,
    word_count INTEGER NOT NULL,
    current_version_id INTEGER REFERENCES versions (id),
    versions INTEGER NOT NULL DEFAULT 0,
    first_capture TEXT NOT NULL,
    last_capture TEXT NOT NULL
);
CREATE INDEX articles_by_urlkey ON articles (urlkey);
CREATE INDEX articles_by_date ON articles (dated);
CREATE INDEX articles_by_host ON articles (host, dated);

-- One distinct text of one article. A text that comes back after another is a new version.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,        -- 1 for the first text seen
    digest TEXT NOT NULL,           -- of the text
    first_capture TEXT NOT NULL,
    last_capture TEXT NOT NULL,
    captures INTEGER NOT NULL,
    word_count INTEGER NOT NULL,
    extractor TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT,
    metadata TEXT NOT NULL,         -- what else the page said, JSON
    "text" TEXT NOT NULL,
    markdown TEXT NOT NULL,
    UNIQUE (article_id, number)
);
CREATE INDEX versions_by_time ON versions (article_id, first_capture);

-- One URL at one time.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    urlkey TEXT NOT NULL,           -- SURT
    "timestamp" TEXT NOT NULL,      -- 14 digits, UTC
    url TEXT NOT NULL,
    record_type TEXT NOT NULL,
    status INTEGER,
    mime TEXT NOT NULL,
    digest TEXT NOT NULL,           -- of the payload
    warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    redirect TEXT,
    refers_to_url TEXT,
    refers_to_timestamp TEXT,
    truncated TEXT,
    refusal TEXT,                   -- why the page gave no article
    refusal_detail TEXT,
    version_id INTEGER REFERENCES versions (id),
    UNIQUE (warc_file_id, "offset")
);
CREATE INDEX captures_by_url ON captures (urlkey, "timestamp");
CREATE INDEX captures_by_version ON captures (version_id) WHERE version_id IS NOT NULL;
CREATE INDEX captures_by_refusal ON captures (refusal) WHERE refusal IS NOT NULL;
"""

_FULL_TEXT = """
CREATE VIRTUAL TABLE versions_fts USING FTS5 (
    title, subtitle, "text",
    tokenize='unicode61 remove_diacritics 2',
    content="versions", content_rowid="id"
);
CREATE TRIGGER versions_ai AFTER INSERT ON versions BEGIN
    INSERT INTO versions_fts (rowid, title, subtitle, "text")
    VALUES (new.id, new.title, new.subtitle, new."text");
END;
CREATE TRIGGER versions_ad AFTER DELETE ON versions BEGIN
    INSERT INTO versions_fts (versions_fts, rowid, title, subtitle, "text")
    VALUES ('delete', old.id, old.title, old.subtitle, old."text");
END;
CREATE TRIGGER versions_au AFTER UPDATE OF title, subtitle, "text" ON versions BEGIN
    INSERT INTO versions_fts (versions_fts, rowid, title, subtitle, "text")
    VALUES ('delete', old.id, old.title, old.subtitle, old."text");
    INSERT INTO versions_fts (rowid, title, subtitle, "text")
    VALUES (new.id, new.title, new.subtitle, new."text");
END;
"""

_VIEWS = """
CREATE VIEW current_articles AS
    SELECT articles.*, versions.number AS version, versions."text", versions.markdown
    FROM articles JOIN versions ON versions.id = articles.current_version_id;

CREATE VIEW article_versions AS
    SELECT versions.id, articles.url, versions.number, versions.first_capture,
           versions.last_capture, versions.captures, versions.title, versions."text",
           versions.id = articles.current_version_id AS current, versions.article_id
    FROM versions JOIN articles ON articles.id = versions.article_id;

CREATE VIEW capture_locations AS
    SELECT captures.id, captures.url, captures."timestamp", captures.status, captures.mime,
           warc_files.name AS file, captures."offset", captures.length, captures.version_id
    FROM captures JOIN warc_files ON warc_files.id = captures.warc_file_id;

CREATE VIEW refused_pages AS
    SELECT id, url, "timestamp", status, refusal, refusal_detail
    FROM captures WHERE refusal IS NOT NULL;
"""

_ORIGINALS = """
-- Where a payload is stored already: what a crawl asks before it stores one again.
CREATE INDEX captures_by_digest ON captures (digest)
    WHERE record_type = 'response' AND status = 200 AND truncated IS NULL;
"""

_CHANGES = """
-- How a version differs from the one before it in time; of the first one nothing is said.
ALTER TABLE versions ADD COLUMN kind TEXT;      -- of the change: archive.wording.change.KINDS
ALTER TABLE versions ADD COLUMN stealth INTEGER NOT NULL DEFAULT 0;  -- 1: the date did not change
ALTER TABLE versions ADD COLUMN words_added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN words_removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN similarity REAL;    -- to the one before, 0 to 1
ALTER TABLE versions ADD COLUMN reverts_to INTEGER; -- number of the earlier version with this text
CREATE INDEX versions_by_digest ON versions (digest);
CREATE INDEX versions_by_change ON versions (first_capture) WHERE kind IS NOT NULL;

CREATE VIEW edits AS
    SELECT versions.id, articles.url, articles.host, versions.first_capture AS seen, versions.kind,
           versions.stealth, versions.words_added, versions.words_removed, versions.similarity,
           versions.reverts_to, versions.number, versions.title, versions.article_id
    FROM versions JOIN articles ON articles.id = versions.article_id
    WHERE versions.kind IS NOT NULL;
"""

_QUARANTINE = """
-- Texts that stand in for an article, as its other versions or other articles give away. Their
-- captures have a refusal that begins with "quarantined:". They are kept because what comes to
-- light later may tell otherwise.
CREATE TABLE quarantined_texts (
    capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
    article_url TEXT NOT NULL,
    digest TEXT NOT NULL,           -- of the text
    content TEXT NOT NULL           -- what a row of versions would hold, JSON
);
CREATE INDEX quarantined_texts_by_url ON quarantined_texts (article_url);
CREATE INDEX quarantined_texts_by_digest ON quarantined_texts (digest);

-- Texts that several articles of a site got in place of their own.
CREATE TABLE stand_ins (
    host TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (host, digest)
) WITHOUT ROWID;

CREATE VIEW quarantined AS
    SELECT id, url, "timestamp", status, substr(refusal, 13) AS reason, refusal_detail AS detail
    FROM captures WHERE refusal >= 'quarantined:' AND refusal < 'quarantined;';
"""

_COPIES = """
-- The lowest shingles of what an article says now (archive.wording.shingles).
CREATE TABLE sketches (
    shingle INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (shingle, article_id)
) WITHOUT ROWID;
CREATE INDEX sketches_by_article ON sketches (article_id);

-- Articles of different hosts that share whole passages, each pair both ways.
CREATE TABLE copies (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    other_id INTEGER NOT NULL REFERENCES articles (id),
    share REAL NOT NULL,            -- of the text of article_id that other_id has as well, 0 to 1
    PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;

-- What hangs together by copies; an article without any is in no cluster.
CREATE TABLE clusters (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    cluster_id INTEGER NOT NULL     -- the lowest article_id in it
);
CREATE INDEX clusters_by_id ON clusters (cluster_id);

CREATE VIEW copied_articles AS
    SELECT clusters.cluster_id, clusters.article_id, articles.url, articles.host, articles.title,
           articles.first_capture,
           row_number() OVER (
               PARTITION BY clusters.cluster_id ORDER BY articles.first_capture, articles.url
           ) = 1 AS first_seen
    FROM clusters JOIN articles ON articles.id = clusters.article_id;
"""

_ARRIVAL = """
-- The newest articles of a site, as they came: what tells that its template has changed.
CREATE INDEX articles_by_arrival ON articles (host, first_capture);
"""

_TIMED = """
-- Row ids that ascend with the time of publication (archive.index.ids), texts once and plain, and
-- a full-text table that knows the forms of words (archive.index.stems) and what filters ask for
-- (archive.index.facets). archive.index.reordering fills them.
DROP VIEW current_articles;
DROP VIEW article_versions;
DROP VIEW edits;
DROP TABLE versions_fts;
CREATE TABLE versions_before AS SELECT * FROM versions;
DROP TABLE versions;

-- One distinct text of one article. A text that comes back after another is a new version.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,         -- minute of "dated" since 1970, times 16, and a place in it
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,        -- 1 for the first text seen
    digest TEXT NOT NULL,           -- of the text
    dated TEXT NOT NULL,            -- UTC: when published or, if it does not say, first captured
    first_capture TEXT NOT NULL,
    last_capture TEXT NOT NULL,
    captures INTEGER NOT NULL,
    word_count INTEGER NOT NULL,
    extractor TEXT NOT NULL,
    kind TEXT,                      -- of the change from the version before in time
    stealth INTEGER NOT NULL DEFAULT 0,     -- 1: the text changed, the date did not
    words_added INTEGER NOT NULL DEFAULT 0,
    words_removed INTEGER NOT NULL DEFAULT 0,
    similarity REAL,                -- to the version before, 0 to 1
    reverts_to INTEGER,             -- number of the earlier version with this text
    title TEXT NOT NULL,
    subtitle TEXT,
    metadata TEXT NOT NULL,         -- what else the page said, JSON
    "text" TEXT NOT NULL,
    markdown BLOB,                  -- zlib, the text being its dictionary; NULL if it is the text
    facets TEXT GENERATED ALWAYS AS (NULL) VIRTUAL,    -- of versions_fts, which keeps no text
    UNIQUE (article_id, number)
);
CREATE INDEX versions_by_time ON versions (article_id, first_capture);
CREATE INDEX versions_by_digest ON versions (digest);
CREATE INDEX versions_by_change ON versions (first_capture) WHERE kind IS NOT NULL;

-- The text comes first: FTS5 writes the place of a word shortest in the first column.
CREATE VIRTUAL TABLE versions_fts USING FTS5 (
    "text", title, subtitle, facets,
    tokenize='porter unicode61 remove_diacritics 2',
    content="versions", content_rowid="id"
);
INSERT INTO versions_fts (versions_fts, rank) VALUES ('hashsize', 8000000);

-- What filters and facets ask of a version, in narrow rows: a search touches thousands of them.
CREATE TABLE docs (
    id INTEGER PRIMARY KEY REFERENCES versions (id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    current INTEGER NOT NULL,       -- 1: it is what the article says now
    edited INTEGER NOT NULL,        -- 1: there are several versions of the article
    stealth INTEGER NOT NULL,       -- 1: and one of them came in stealth
    added INTEGER NOT NULL,         -- serial: what came into the index later has a higher one
    dated INTEGER NOT NULL,         -- seconds since 1970
    seen INTEGER NOT NULL,          -- first captured, seconds since 1970
    host_id INTEGER NOT NULL REFERENCES names (id),
    language_id INTEGER REFERENCES names (id),
    section_id INTEGER REFERENCES names (id),
    author_ids TEXT                 -- ids of names, apart by blanks
);
-- Hosts, languages, sections and authors by number.
CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
-- "form": how words were made; "added": the last serial in docs.
CREATE TABLE fulltext_state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIEW current_articles AS
    SELECT articles.*, versions.number AS version, versions."text"
    FROM articles JOIN versions ON versions.id = articles.current_version_id;
CREATE VIEW article_versions AS
    SELECT versions.id, articles.url, versions.number, versions.first_capture,
           versions.last_capture, versions.captures, versions.title, versions."text",
           versions.id = articles.current_version_id AS current, versions.article_id
    FROM versions JOIN articles ON articles.id = versions.article_id;
CREATE VIEW edits AS
    SELECT versions.id, articles.url, articles.host, versions.first_capture AS seen, versions.kind,
           versions.stealth, versions.words_added, versions.words_removed, versions.similarity,
           versions.reverts_to, versions.number, versions.title, versions.article_id
    FROM versions JOIN articles ON articles.id = versions.article_id
    WHERE versions.kind IS NOT NULL;
"""

_REDACTIONS = """
-- Captures that were taken out of the archive: what the tombstones in the WARC files say.
CREATE TABLE redactions (
    urlkey TEXT NOT NULL,           -- SURT
    "timestamp" TEXT NOT NULL,      -- of the capture, 14 digits
    url TEXT NOT NULL,
    whole INTEGER NOT NULL,         -- 1: no capture of this URL is shown, whenever it was made
    reason TEXT NOT NULL,
    redacted_by TEXT NOT NULL,
    redacted TEXT NOT NULL,         -- when, 14 digits
    PRIMARY KEY (urlkey, "timestamp")
) WITHOUT ROWID;
"""

_MOVED = "DROP TABLE versions_before;"

_LEAN = """
-- Numbers of 47 bits, the highest of those before. Which ones an article has, its text says.
CREATE TABLE long_sketches AS SELECT shingle, article_id FROM sketches;
DROP TABLE sketches;
CREATE TABLE sketches (
    shingle INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (shingle, article_id)
) WITHOUT ROWID;
INSERT OR IGNORE INTO sketches SELECT shingle >> 14, article_id FROM long_sketches ORDER BY 1, 2;
DROP TABLE long_sketches;

-- 16 of its letters tell a digest from all others.
DROP INDEX versions_by_digest;
CREATE INDEX versions_by_digest ON versions (substr(digest, 8, 16));
"""

_FIRST_SEEN = """
-- Of articles that were first captured in the same second, the URL tells which was the first: row
-- ids may differ from one index to another. An index of the days before has it by row ids.
DROP VIEW copied_articles;
CREATE VIEW copied_articles AS
    SELECT clusters.cluster_id, clusters.article_id, articles.url, articles.host, articles.title,
           articles.first_capture,
           row_number() OVER (
               PARTITION BY clusters.cluster_id ORDER BY articles.first_capture, articles.url
           ) = 1 AS first_seen
    FROM clusters JOIN articles ON articles.id = clusters.article_id;
"""

#: Name and SQL of every step, in their order.
STEPS: tuple[tuple[str, str], ...] = (
    ("tables", _TABLES),
    ("full text", _FULL_TEXT),
    ("views", _VIEWS),
    ("originals", _ORIGINALS),
    ("changes", _CHANGES),
    ("quarantine", _QUARANTINE),
    ("copies", _COPIES),
    ("arrival", _ARRIVAL),
    ("time", _TIMED),
    ("moved", _MOVED),
    ("compact captures", COMPACTION),
    ("redactions", _REDACTIONS),
    ("lean", _LEAN),
    ("first seen", _FIRST_SEEN),
)
