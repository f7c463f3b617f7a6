-- Conversations of programs, in a library in a database: any of its servers goes on with what another one has answered.
-- Nothing else is written by a server that only answers.

CREATE TABLE conversations (
    key TEXT NOT NULL,                          -- id of the key that the answer was given to
    name TEXT NOT NULL,                         -- of the answer
    text_sha256 TEXT NOT NULL,                  -- of the text that was sent
    answers BYTEA NOT NULL,                     -- it and those before it, compressed
    kept TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (key, name)
);
CREATE INDEX conversations_by_text ON conversations (key, text_sha256, kept);
CREATE INDEX conversations_by_time ON conversations (kept);
