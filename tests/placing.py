"""Instances put where a test wants them, without deciding: by a step like any other, since nothing else moves one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.workflow.registry import current

_STEP = """
    WITH step AS (
        INSERT INTO workflow_step (id, instance, number, transition, from_state, to_state, at, comment, "by", trigger,
                                   fields, facts, definition)
        SELECT new_id(), id, revision + 1, $7, state, $2, coalesce($3, entered_at), '', $4, $5, '{}',
               $6::text::jsonb, definition
        FROM workflow_instance WHERE id = $1 RETURNING *
    )
    UPDATE workflow_instance i SET state = s.to_state, revision = s.number, entered_at = s.at, head = s.hash
    FROM step s WHERE i.id = s.instance RETURNING i.revision
"""


async def place(
    instance: UUID, state: str, *, at: datetime | None = None, by: UUID | None = None, trigger: str | None = None,
    facts: str = "{}", transition: str = "placed",
) -> int:  # fmt: skip
    """The revision after it; without `at` it entered the state when it entered the one before. Verification finds a
    step that no workflow file has, unless `transition` names one that it has."""
    revision: int = await DB.fetchval(_STEP, instance, state, at, by, trigger, facts, transition)
    await _own_row(instance, state)
    return revision


async def _own_row(instance: UUID, state: str) -> None:
    """A record that keeps the state of its workflow in its own row keeps this one, too."""
    row = await DB.fetchrow("SELECT workflow, subject FROM workflow_instance WHERE id = $1", instance)
    table = current().own_table(row["workflow"]) if row["workflow"] in current().definitions else ""
    if table:
        await DB.execute(f"UPDATE {table} SET state = $2, revision = revision + 1 WHERE id = $1", row["subject"], state)
        await DB.execute("UPDATE record SET state = $2 WHERE id = $1", row["subject"], state)


async def place_in(workflow: str, subject: UUID, state: str, **more: Any) -> int:
    instance = await DB.fetchval(
        "SELECT id FROM workflow_instance WHERE workflow = $1 AND subject = $2", workflow, subject
    )
    return await place(instance, state, **more)


async def place_all(state: str, where: str, *values: object, at: datetime | None = None) -> None:
    """`where` is SQL over `workflow_instance`; an empty state leaves each in its own."""
    for row in await DB.fetch(f"SELECT id, state FROM workflow_instance WHERE {where}", *values):
        await place(row["id"], state or row["state"], at=at)
