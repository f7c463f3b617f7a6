#!/bin/sh
# Makes the two roles of roles.sql and sets their passwords, within the container of the database. Passwords go in as variables of
# psql: they stand in no command line and in no file.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /roles/roles.sql
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv reader READER_PASSWORD
\getenv writer WRITER_PASSWORD
ALTER ROLE citewire_reader PASSWORD :'reader';
ALTER ROLE citewire_writer PASSWORD :'writer';
SQL
