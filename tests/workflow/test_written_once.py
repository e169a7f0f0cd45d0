"""What is kept is written once: the database itself refuses every change, deletion and emptying."""

from __future__ import annotations

import asyncpg
import pytest

from kam.database.engine import DB
from kam.workflow.advancing import advance
from kam.workflow.options import instance_of
from tests.server import as_owner


@pytest.fixture
async def instance(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = await instance_of("relationship", cast.acme)
    await advance(instance.id, "develop", by=cast.alice, now=now, revision=0)


WRITTEN_ONCE = ("workflow_step", "workflow_instance", "workflow_definition", "document", "plan_comment", "plan_version")


@pytest.mark.parametrize("table", [*WRITTEN_ONCE, "record_change"])
async def test_nobody_deletes_what_is_kept(instance, table):
    await fill(table)
    for change in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        await refused(change, match="append-only")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE workflow_step SET comment = ''",
        "UPDATE workflow_definition SET source = source || ' '",
        "UPDATE document SET content = 'another'",
        "UPDATE plan_comment SET text = 'I never said so'",
        "UPDATE record_change SET changes = '{}'",
        "UPDATE workflow_instance SET customer = subject, workflow = 'another'",
        "UPDATE workflow_instance SET started_at = started_at - interval '1 day'",
        "UPDATE workflow_instance SET state = 'maintain'",
        "UPDATE workflow_instance SET revision = revision - 1",
        "UPDATE workflow_instance SET head = beginning",
        "UPDATE plan_version SET content = '{}'",
        "UPDATE plan_version SET hash = repeat('0', 64)",
        "UPDATE plan_version SET approved_at = now()",
        "UPDATE plan_version SET approved_at = now(), approved_by = made_by, number = number + 1",
    ],
)
async def test_nobody_changes_what_is_kept(instance, change):
    await fill(change.split()[1])
    await refused(change)


async def test_a_version_is_approved_once(instance):
    await fill("plan_version")
    approve = "UPDATE plan_version SET approved_at = now(), approved_by = made_by"
    await DB.execute(approve)
    for again in (approve, "UPDATE plan_version SET approved_at = NULL, approved_by = NULL"):
        await refused(again, match="approved once")


async def refused(change, match=None):
    """To whoever serves, and by the triggers to whoever owns the tables too."""
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)):
        async with DB.transaction():
            await DB.execute(change)
    with pytest.raises(asyncpg.RestrictViolationError, match=match):
        async with as_owner():
            await DB.execute(change)


async def fill(table):
    """One row at least, so that a trigger for each row has something to refuse."""
    await DB.execute(FILLED.get(table, "SELECT 1"))


_PLAN = """
    WITH made AS (
        INSERT INTO plan (customer, title, period_start, period_end, author, created_at, updated_at)
        SELECT customer.id, 't', '2026-01-01', '2026-12-31', owner, now(), now() FROM customer LIMIT 1 RETURNING *
    )
"""
FILLED = {
    "workflow_definition": "INSERT INTO workflow_definition VALUES ('h', 'relationship', 1, 'text', now())"
    " ON CONFLICT DO NOTHING",
    "document": "INSERT INTO document (kind, name, media_type, content, sha256, made_at)"
    " VALUES ('plan', 'a', 'b', 'c', 'd', now())",
    "record_change": "INSERT INTO record_change (record_kind, event, changes, at) VALUES ('a', 'changed', '{}', now())",
    "plan_comment": f"""{_PLAN}
        INSERT INTO plan_comment (plan, section, event, text, by, at)
        SELECT id, 's', 'said', 't', author, now() FROM made
    """,
    "plan_version": f"""{_PLAN}
        INSERT INTO plan_version (plan, number, content, hash, made_at, made_by)
          SELECT id, 1, '{{}}', repeat('1', 64), now(), author FROM made
    """,
}
