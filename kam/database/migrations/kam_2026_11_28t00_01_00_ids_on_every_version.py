"""One way of making ids on every version of PostgreSQL, so that a dump of one runs on another."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:01:00"

# A version 7 UUID (RFC 9562): milliseconds in front, so that new rows are neighbours in the index. `uuidv7()`, which
# exists from 18 on, takes a microsecond less, but a database that names it cannot be brought back on an older server.
NEW_ID = """
CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid $$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Ids on every version of PostgreSQL", NEW_ID)
