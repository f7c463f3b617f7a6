-- Two roles for a library in the database that this is run in, after its tables were made (by the first `citewire ingest` or by
-- `citewire migrate`, as the owner of the database). The reader answers questions; the writer takes articles in and removes them.
-- Neither makes tables: that, and bringing them to a newer version, is for the owner.
--
--   psql --set ON_ERROR_STOP=1 --file deploy/roles.sql postgresql://OWNER@HOST/DATABASE
--
-- Passwords are set afterwards, for each role alone: \password citewire_reader

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'citewire_reader') THEN
        CREATE ROLE citewire_reader LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'citewire_writer') THEN
        CREATE ROLE citewire_writer LOGIN;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO citewire_reader, citewire_writer;

GRANT SELECT ON
    meta, articles, versions, sources, files, visits, vectors, passages, copy_bands, copy_signatures, changes,
    passage_changes
    TO citewire_reader, citewire_writer;

GRANT INSERT, UPDATE, DELETE ON
    meta, articles, versions, sources, files, visits, vectors, passages, copy_bands, copy_signatures, changes,
    passage_changes
    TO citewire_writer;

-- All that a server writes that only answers: conversations of programs, so that any server goes on with them.
GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO citewire_reader, citewire_writer;

GRANT USAGE ON SEQUENCE passages_id_seq TO citewire_writer;
