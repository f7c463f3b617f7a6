-- The library: the truth about every article, its versions and its passages. Schema version 6.
-- Dates are ISO 8601 text, a day or an instant; the first ten characters are the day. Offsets are code points.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
    id TEXT PRIMARY KEY,                        -- made from outlet, title and text of the first version
    origin TEXT NOT NULL,                       -- id of the first article of its group of near-copies
    current_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_by_origin ON articles (origin);

CREATE TABLE versions (
    article_id TEXT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,                    -- from 1, in the order of arrival
    fingerprint TEXT NOT NULL,                  -- of text and all metadata: the same again changes nothing
    sha256 TEXT NOT NULL,                       -- of the canonical text
    text TEXT NOT NULL,
    title TEXT, outlet TEXT, author TEXT,
    published TEXT, updated TEXT, fetched TEXT NOT NULL,
    url TEXT, language TEXT,
    reference TEXT NOT NULL,
    kind TEXT NOT NULL,
    sentence_ends BLOB NOT NULL,                -- sentences tile the text: uint32 little endian, one end each
    section TEXT,
    written_in TEXT,                            -- the language of the text, ISO 639-1; language is as the source states it
    PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX versions_by_fingerprint ON versions (article_id, fingerprint);
CREATE INDEX versions_by_url ON versions (url) WHERE url IS NOT NULL;
CREATE INDEX versions_by_sha256 ON versions (sha256);

CREATE TABLE sources (                          -- every place an article was read from, and what it held last time
    reference TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    fingerprint TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sources_by_article ON sources (article_id);

CREATE TABLE files (                            -- files of which everything was taken in: passed over while they stay as they are
    reference TEXT PRIMARY KEY,
    size INTEGER NOT NULL,                      -- bytes
    modified INTEGER NOT NULL,                  -- nanoseconds since 1970: when its content was written,
    changed INTEGER NOT NULL,                   -- and when anything about it was, which no program can set back
    reader TEXT NOT NULL                        -- what read it, and how
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (                           -- web addresses that were fetched, so that a second visit costs little
    url TEXT PRIMARY KEY,
    etag TEXT, last_modified TEXT,
    checked TEXT NOT NULL,
    final_url TEXT NOT NULL,
    sha256 TEXT NOT NULL,                       -- of what came
    is_listing INTEGER NOT NULL,                -- 1 for a feed or a sitemap
    reader TEXT NOT NULL DEFAULT ''             -- what read it, and how
) STRICT, WITHOUT ROWID;

CREATE TABLE vectors (
    key TEXT PRIMARY KEY,                       -- hash of the exact text that was embedded
    vector BLOB NOT NULL,                       -- float16 little endian, unit length
    checksum INTEGER NOT NULL DEFAULT 0         -- CRC-32 of key and vector
) STRICT, WITHOUT ROWID;

CREATE TABLE passages (                         -- passages of the current versions: what can be found
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never used twice: the vector of an id never changes
    article_id TEXT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    vector_key TEXT NOT NULL REFERENCES vectors (key),
    day TEXT,                                   -- day of publication, repeated here for filters
    outlet TEXT
) STRICT;
CREATE INDEX passages_by_article ON passages (article_id, number);
CREATE INDEX passages_by_day ON passages (day, outlet);
CREATE INDEX passages_by_outlet ON passages (outlet, day);
CREATE INDEX passages_by_vector ON passages (vector_key);

CREATE TABLE passage_changes (                  -- what the last changes brought and took away, a row each (index.store.change_log)
    generation INTEGER PRIMARY KEY,
    added TEXT NOT NULL,                        -- ids of passages as ranges: "7-9 12-12"
    removed TEXT NOT NULL
) STRICT;

CREATE TABLE copy_bands (                       -- locality-sensitive hashes of the current versions, for near-copies
    band INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id),
    PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_bands_by_article ON copy_bands (article_id);

CREATE TABLE copy_signatures (                  -- MinHash of the current version
    article_id TEXT PRIMARY KEY REFERENCES articles (id),
    signature BLOB NOT NULL                     -- uint32 little endian
) STRICT, WITHOUT ROWID;
