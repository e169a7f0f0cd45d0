"""Every row of what is kept gets a number in the order of writing; up to a number, all is sealed from time to time.

So what was taken out or put in later is missed, also where nothing else refers to it. Sealing costs the writers
nothing: a row takes the next number, and nobody waits for anybody.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:77"

KEPT = (
    "record_change", "document", "plan_comment", "plan_version", "workflow_definition", "workflow_instance",
    "workflow_step",
)  # fmt: skip

ENTRIES = "CREATE SEQUENCE history_entry"
BEGUN = "INSERT INTO history_ledger (id, seals, sealed, noted, writing) VALUES (1, 0, 0, 0, '{}')"


def _numbered(table: str) -> str:
    return f"ALTER TABLE {table} ADD COLUMN entry bigint NOT NULL DEFAULT nextval('history_entry')"


def _found(table: str) -> str:
    """Written in this order, so that the smallest of indexes finds the newest."""
    return f"CREATE INDEX {table}_entries ON {table} USING brin (entry)"


# In one form that no setting of a session changes. Bucket n holds the entries after the nth bound, up to the next.
DIGEST = """
CREATE FUNCTION history_digest(kept text, columns text[], bounds bigint[])
RETURNS TABLE (bucket int, rows bigint, digest text) LANGUAGE plpgsql STABLE
SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT bucket, count(*), encode(sha256(string_agg(hash, ''''::bytea ORDER BY entry, hash)), ''hex'')
         FROM (SELECT width_bucket(entry - 1, $1) AS bucket, entry,
                      sha256(convert_to(jsonb_build_array(%s)::text, ''UTF8'')) AS hash
               FROM %I WHERE entry > $1[1] AND entry <= $1[array_upper($1, 1)]) row GROUP BY bucket',
        (SELECT string_agg(quote_ident(name), ', ' ORDER BY place) FROM unnest(columns) WITH ORDINALITY c(name, place)),
        kept
    ) USING bounds;
END $$
"""
SEAL_HASH = """
CREATE FUNCTION history_seal_hash(seal history_seal) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        'seal', seal.number, seal.after, seal.upto, (extract(epoch FROM seal.at) * 1000000)::bigint, seal.contents,
        encode(seal.previous, 'hex')
    )::text, 'UTF8'))
$$
"""

# What is sealed of each table: all that never changes, of large contents their hash.
UP_TO = """
CREATE FUNCTION seal_history_upto(bound bigint, moment timestamptz) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER AS $$
DECLARE
    sealed_columns CONSTANT jsonb := '{
        "record_change": ["entry", "id", "record_kind", "record", "customer", "event", "changes", "by", "at"],
        "document": ["entry", "id", "kind", "subject", "customer", "name", "media_type", "sha256", "made_at",
                     "made_by"],
        "plan_comment": ["entry", "id", "plan", "section", "about", "event", "text", "by", "at"],
        "plan_version": ["entry", "id", "plan", "number", "hash", "made_at", "made_by"],
        "workflow_definition": ["entry", "hash", "workflow", "number", "loaded_at"],
        "workflow_instance": ["entry", "id", "workflow", "subject", "customer", "started_at", "begun_in",
                              "begun_under", "beginning"],
        "workflow_step": ["entry", "id", "instance", "number", "hash_version", "hash"]
    }';
    ledger history_ledger;
    seal history_seal;
    kept text;
    columns text[];
    counted record;
    made integer := 0;
BEGIN
    SELECT * INTO ledger FROM history_ledger FOR UPDATE;
    WHILE ledger.sealed < bound LOOP
        seal := ROW(ledger.seals + 1, ledger.sealed, least(ledger.sealed + 50000, bound), moment, '{}', ledger.head,
                    NULL);
        FOR kept IN SELECT jsonb_object_keys(sealed_columns) ORDER BY 1 LOOP
            columns := ARRAY(SELECT jsonb_array_elements_text(sealed_columns -> kept));
            SELECT d.rows, d.digest INTO counted FROM history_digest(kept, columns, ARRAY[seal.after, seal.upto]) d;
            seal.contents := seal.contents || jsonb_build_object(kept, jsonb_build_object(
                'columns', columns, 'rows', coalesce(counted.rows, 0), 'digest', counted.digest));
        END LOOP;
        seal.hash := history_seal_hash(seal);
        INSERT INTO history_seal SELECT seal.*;
        UPDATE history_ledger SET seals = seal.number, sealed = seal.upto, head = seal.hash RETURNING * INTO ledger;
        made := made + 1;
    END LOOP;
    RETURN made;
END $$
"""

# Whoever writes into a table holds a lock on it from before the row gets its number until the transaction ends. So who
# holds one now may still bring smaller numbers than the last; when none of them goes on, everything up to it is there.
SEAL = """
CREATE FUNCTION seal_history(moment timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    ledger history_ledger;
    last bigint;
    writers text[];
    made integer;
BEGIN
    SELECT * INTO ledger FROM history_ledger FOR UPDATE;
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO last FROM history_entry;
    writers := ARRAY(SELECT DISTINCT virtualtransaction FROM pg_locks
                     WHERE mode = 'RowExclusiveLock' AND locktype = 'relation'
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                       AND relation = ANY(
                           ARRAY['record_change', 'document', 'plan_comment', 'plan_version', 'workflow_definition',
                                 'workflow_instance', 'workflow_step']::regclass[]));
    IF ledger.writing && writers THEN
        RETURN 0;
    END IF;
    made := seal_history_upto(ledger.noted, moment);
    UPDATE history_ledger SET noted = last, writing = writers;
    RETURN made;
END $$
"""
STAYS = """
CREATE TRIGGER history_seal_stays BEFORE UPDATE OR DELETE ON history_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
IS_KEPT = """
CREATE TRIGGER history_seal_is_kept BEFORE TRUNCATE ON history_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
PLACED = """
DO $body$
DECLARE
    placed regprocedure;
BEGIN
    FOREACH placed IN ARRAY ARRAY['seal_history(timestamptz)', 'seal_history_upto(bigint, timestamptz)',
                                  'history_digest(text, text[], bigint[])']::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', placed, current_schema());
    END LOOP;
END $body$
"""


async def forwards() -> MigrationManager:
    return statements(
        ID, "Sealing the history", ENTRIES, BEGUN, *map(_numbered, KEPT), *map(_found, KEPT), DIGEST, SEAL_HASH, UP_TO,
        SEAL, STAYS, IS_KEPT, PLACED,
    )  # fmt: skip
