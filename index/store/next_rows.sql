-- What an embedding anew has made so far, beside the library until it takes the place of its passages and vectors. Made by
-- `citewire rebuild --embed`, and gone when that has finished.

CREATE TABLE next_articles (
    article_id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,                    -- and fingerprint: the version that was cut; another one is cut again
    fingerprint TEXT COLLATE "C" NOT NULL,
    sentence_ends BYTEA NOT NULL,
    written_in TEXT COLLATE "C"
);
CREATE TABLE next_passages (
    article_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    start_offset BIGINT NOT NULL,
    end_offset BIGINT NOT NULL,
    vector_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, number)
);
CREATE TABLE next_vectors (
    key TEXT COLLATE "C" PRIMARY KEY,
    vector BYTEA NOT NULL,
    checksum BIGINT NOT NULL
);
