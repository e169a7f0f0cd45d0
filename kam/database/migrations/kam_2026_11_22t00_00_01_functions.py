"""SQL functions that the tables stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:01"

# A version 7 UUID (RFC 9562): milliseconds in front, so that new rows are neighbours in the index.
# PostgreSQL has it built in from version 18; before, the time is laid over a random UUID and two version bits set.
NEW_ID = """
DO $body$
BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
    ELSE
        CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
            SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
                substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid $$;
    END IF;
END $body$
"""

TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"

# Trigrams do not find two Chinese characters; these are the single characters and the pairs of each run of Han.
HAN_GRAMS = r"""
CREATE FUNCTION han_grams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 3000 AS $$
    SELECT CASE WHEN said !~ '[\u3400-\u9fff\uf900-\ufaff]' THEN '{}'::text[] ELSE (
        SELECT coalesce(array_agg(DISTINCT gram), '{}')
        FROM regexp_matches(said, '[\u3400-\u9fff\uf900-\ufaff]+', 'g') AS run,
             generate_series(1, length(run[1])) AS place,
             LATERAL (VALUES (substr(run[1], place, 1)), (substr(run[1], place, 2))) AS grams (gram)
    ) END
$$
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history in % is append-only.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Ids, codes, search and append-only history", NEW_ID, TRIGRAMS, HAN_GRAMS, REFUSE_CHANGE)
