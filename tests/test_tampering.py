"""Whatever is changed in one row of what is kept, in whatever column, or taken out, or put in: verification finds it.

Done as the owner of the tables, with the triggers off: more than whoever serves could.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.documents.storing import store
from kam.plans.starting import start
from kam.verifying import verify
from kam.workflow import registry
from kam.workflow.loading import remember
from tests.belongings import belongings
from tests.plans.test_freezing import step
from tests.server import as_owner
from tests.tampering import tampering

TABLES = (
    "workflow_step", "workflow_instance", "workflow_definition", "plan_version", "plan_comment", "document",
    "record_change", "history_seal", "history_ledger",
)  # fmt: skip
# When the next seal is thought of is no part of the history.
BESIDE = {("history_ledger", "noted"), ("history_ledger", "writing"), ("history_ledger", "id")}

# Another value of each type; one that refers to a row becomes a reference to another.
OTHER = {
    "uuid": "coalesce((SELECT {key} FROM {refers} x WHERE x.{key} IS DISTINCT FROM t.{column} LIMIT 1), new_id())",
    "text": "left(md5({column}::text), 12)",
    "character varying": "left(md5(coalesce({column}, '')), 10)",
    "bigint": "{column} + 1000",
    "integer": "{column} + 1000",
    "smallint": "{column} + 1",
    "timestamp with time zone": "coalesce({column}, now()) + interval '1 microsecond'",
    "jsonb": "{column} || '{{\"forged\": 1}}'",
    "bytea": "coalesce({column}, '') || '\\x00'",
}
_COLUMNS = """
SELECT c.column_name AS column, c.data_type AS type, refers.relname AS refers
FROM information_schema.columns c
LEFT JOIN pg_constraint k ON k.conrelid = c.table_name::regclass AND k.contype = 'f'
 AND k.conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = c.table_name::regclass
                       AND attname = c.column_name)]
LEFT JOIN pg_class refers ON refers.oid = k.confrelid
WHERE c.table_schema = 'public' AND c.table_name = $1 ORDER BY c.ordinal_position
"""


@pytest.fixture
async def sealed(cast, now):
    """A little of everything, sealed twice."""
    await remember(registry.current(), now=now)
    found = await belongings(cast, now)
    period = {"period_start": now.date(), "period_end": now.date() + timedelta(days=90)}
    await start(cast.omega, title="Another", **period, by=cast.charlie, now=now)
    await _seal(now)
    steps = (("send_back", cast.mona), ("submit", cast.alice), ("approve", cast.mona))
    for hour, (transition, by) in enumerate(steps, 1):
        await step(found.plan, transition, by, now + timedelta(hours=hour), comment="Say more.")
    await store("plan", "a.pdf", b"%PDF", subject=found.plan, customer=cast.acme, by=cast.alice.id, at=now)
    await _seal(now + timedelta(days=1))


async def _seal(now):
    async with as_owner():
        assert await DB.fetchval("SELECT seal_history_upto(last_value, $1) FROM history_entry", now) >= 1


async def _changes(table):
    """Statements that change one column of one row, any row."""
    rows = await DB.fetch(_COLUMNS, table)
    key = rows[0]["column"]
    for row in rows:
        if (table, row["column"]) in BESIDE:
            continue
        other = OTHER[row["type"]].format(column=f'"{row["column"]}"', refers=row["refers"] or table, key="id")
        if row["type"] == "uuid" and not row["refers"]:
            other = "new_id()"
        yield f'UPDATE {table} t SET "{row["column"]}" = {other} WHERE t."{key}" = $1', key


@pytest.mark.parametrize("table", TABLES)
async def test_a_change_of_any_column_is_found(sealed, table):
    assert (await verify()).faults == []
    missed, tried = [], 0
    async for statement, key in _changes(table):
        rows = await DB.fetch(
            f'SELECT "{key}" AS key FROM {table} ORDER BY md5("{key}"::text || $1) LIMIT 2', statement
        )
        for row in rows:
            tried += 1
            if not await _finds(table, statement, row["key"]):
                missed.append((statement, row["key"]))
    assert missed == []
    assert tried >= 3


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_that_was_taken_out_is_missed(sealed, table):
    key = (await DB.fetch(_COLUMNS, table))[0]["column"]
    leaves = "workflow_deadline" if table == "workflow_instance" else None
    rows = await DB.fetch(f'SELECT "{key}" AS key FROM {table}')
    taken = 0
    for row in rows:
        async with DB.transaction() as trial:
            async with tampering(table, "workflow_step"):
                if leaves:
                    await DB.execute(f"DELETE FROM {leaves} WHERE instance = $1", row["key"])
                    await DB.execute("DELETE FROM workflow_step WHERE instance = $1", row["key"])
                if table == "plan_comment":
                    await DB.execute("DELETE FROM plan_comment WHERE about = $1", row["key"])
                taken += int((await DB.execute(f'DELETE FROM {table} WHERE "{key}" = $1', row["key"]))[7:])
            assert (await verify()).faults, f"{table} {row['key']}"
            await trial.rollback()
    assert taken == len(rows)


@pytest.mark.parametrize("table", [table for table in TABLES if not table.startswith("history")])
async def test_a_row_that_was_put_in_among_the_sealed_is_found(sealed, table):
    """A copy of one, with another id where it needs one."""
    columns = [row["column"] for row in await DB.fetch(_COLUMNS, table)]
    own = {"id": "new_id()", "number": "number + 7", "workflow": "'another'", "request": "NULL"}
    if table == "workflow_definition":
        own["hash"] = "md5(hash)"
    values = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    async with DB.transaction() as trial:
        async with tampering(table):
            await DB.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} LIMIT 1")
        assert (await verify()).faults
        await trial.rollback()


async def _finds(table, statement, key):
    async with DB.transaction() as trial:
        async with tampering(*{table, "workflow_step"}):  # an id that changes takes the steps along
            assert await DB.execute(statement, key) == "UPDATE 1", statement
        found = (await verify()).faults
        await trial.rollback()
    return bool(found)
