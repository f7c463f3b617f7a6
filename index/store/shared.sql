-- What a library in a database has besides the tables of schema.sql: a log of its changes, each with a mark that no other has.
-- Whoever has indexes of it knows by the mark of what they last saw whether this is still the same library: a backup that was
-- brought back counts on from an earlier change and gives the numbers of passages to others.

CREATE TABLE changes (
    generation BIGINT PRIMARY KEY,
    mark UUID NOT NULL DEFAULT gen_random_uuid()
);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (generation) VALUES (CAST(NEW.value AS BIGINT))
        ON CONFLICT (generation) DO UPDATE SET mark = gen_random_uuid();
    DELETE FROM changes WHERE generation = CAST(NEW.value AS BIGINT) - 1000000;  -- indexes as old as that are made again
    RETURN NULL;
END
$$;

CREATE TRIGGER changes_of_the_library AFTER INSERT OR UPDATE ON meta
    FOR EACH ROW WHEN (NEW.key = 'generation') EXECUTE FUNCTION note_change();
