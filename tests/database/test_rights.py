"""What the role that serves can do with each table is what is declared, tried with the role itself."""

from __future__ import annotations

import asyncpg
import pytest

from kam.database import protections, rights, roles
from kam.database.app import APP_CONFIG
from kam.database.engine import DB
from tests.server import as_owner

KEPT = sorted(table for table, may in rights.TABLES.items() if not may & {"UPDATE", "DELETE"})


async def test_the_role_may_do_with_each_table_exactly_what_is_declared(database):
    there = await rights.there(roles.SERVING)
    assert {table._meta.tablename for table in APP_CONFIG.table_classes} <= there.keys()
    assert {table: may for table, may in there.items() if may != rights.of(table)} == {}
    assert await rights.wrong(roles.SERVING) == []
    assert there.keys() >= rights.TABLES.keys()


@pytest.mark.parametrize("table", KEPT)
async def test_nothing_of_what_is_kept_is_deleted_emptied_or_altered_by_who_serves(db, table):
    for statement in (
        f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table} CASCADE", f"UPDATE {table} SET {_sealed(table)}",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with DB.transaction():
                await DB.execute(statement)


async def test_a_deadline_is_moved_and_settled_but_stays(db):
    assert rights.of("workflow_deadline") == rights.ADDED_TO | {"UPDATE"}
    for statement in ("DELETE FROM workflow_deadline", "TRUNCATE workflow_deadline"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with DB.transaction():
                await DB.execute(statement)


def _sealed(table):
    """A column that never changes, set to itself."""
    column = {
        "migration": "name",
        "workflow_definition": "hash",
        "history_seal": "number",
    }.get(table, "id")
    return f"{column} = {column}"


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL session_replication_role = replica",
        "SET ROLE kam_owner",
        "CREATE TABLE mine (n int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "ALTER FUNCTION workflow_step_chain() RENAME TO another",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "SELECT setval('customer_number', 1)",
        "COPY customer TO PROGRAM 'cat'",
    ],
)
async def test_who_serves_alters_nothing(database, statement):
    link = await asyncpg.connect(database)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute(statement)
    finally:
        await link.close()


async def test_no_role_of_the_application_is_a_superuser_nor_stands_for_the_other(database):
    rows = await DB.fetch(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS privileged FROM pg_roles"
        " WHERE rolname = ANY($1)", [roles.OWNER, roles.SERVING],
    )  # fmt: skip
    assert [row["privileged"] for row in rows] == [False, False]
    assert not await DB.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", roles.SERVING, roles.OWNER)


async def test_a_table_of_the_session_does_not_stand_in_for_the_history(cast):
    """A trigger that found this table by its name would let the instance move without a step."""
    await DB.execute("CREATE TEMP TABLE workflow_step (LIKE workflow_step INCLUDING DEFAULTS) ON COMMIT DROP")
    instance = await DB.fetchrow("SELECT * FROM workflow_instance LIMIT 1")
    await DB.execute(
        "INSERT INTO pg_temp.workflow_step (id, instance, number, transition, from_state, to_state, at, comment,"
        " fields, facts, definition, hash, hash_version) VALUES (new_id(), $1, 1, 'x', $2, 'won', $3, '', '{}', '{}',"
        " $4, 'forged', 2)", instance["id"], instance["state"], instance["entered_at"], instance["definition"],
    )  # fmt: skip
    with pytest.raises(asyncpg.RestrictViolationError, match="only together with a step"):
        async with DB.transaction():
            await DB.execute(
                "UPDATE workflow_instance SET state = 'won', revision = 1, head = 'forged' WHERE id = $1",
                instance["id"],
            )


async def test_a_table_of_which_nobody_has_thought_is_found_and_put_right(db):
    async with as_owner():
        await DB.execute("CREATE TABLE thing (n int)")
        await DB.execute(f"GRANT TRUNCATE ON workflow_step TO {roles.SERVING}")
        await DB.execute(f"GRANT UPDATE (hash) ON plan_version TO {roles.SERVING}")
    assert await rights.wrong(roles.SERVING) == ["plan_version", "thing", "workflow_step"]
    assert any("may do more or less with thing" in fault for fault in await protections.faults())
    async with as_owner():
        await rights.grant(roles.SERVING)
    assert await rights.wrong(roles.SERVING) == []


async def test_every_protecting_trigger_is_there_and_one_that_is_off_or_gone_is_told(db):
    assert await protections.faults() == []
    assert await protections.remarks() == []
    async with as_owner():
        await DB.execute("ALTER TABLE workflow_step DISABLE TRIGGER workflow_step_stays")
        await DB.execute("DROP TRIGGER document_is_kept ON document")
    said = await protections.faults()
    assert len(said) == 2
    assert "workflow_step_stays is missing or turned off" in said[1] and "document_is_kept" in said[0]
