"""Customers that a file brings for the first time: with their workflows and their row of facts, like any other."""

from __future__ import annotations

from typing import Any

from kam.facts import storing
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.workflow.registry import current

# The rule of `kam.customers.creating`; a code that somebody gave by hand is passed over.
_CODE = "'C-' || lpad(nextval('customer_code')::text, 6, '0')"

# A name that serves as the key and is longer than a key may be: the customer is found by its name then.
_KEY = "CASE WHEN length(n.key) <= 120 THEN n.key END"

_INSTANCES = """
INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
SELECT new_id(), w.workflow, n.id, n.id, w.state, 0, $1, $1, w.definition
FROM import_newcomer n, unnest($2::text[], $3::text[], $4::text[]) AS w(workflow, state, definition)
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), 'customer', id, id, 'created', jsonb_build_object('name', jsonb_build_array(NULL, name)), $2, $1
FROM import_newcomer
"""


async def create(stage: Stage, settings: Settings, columns: dict[str, str]) -> int:
    """Creates the rows of `import_newcomer` (id, key, name and more); returns how many.

    `columns` maps further columns of `customer` to SQL over `import_newcomer n`.
    """
    await _give_codes(stage)
    created = await _insert(stage, settings, columns)
    workflows = current().of_subject("customer")
    await stage.run(
        _INSTANCES,
        settings.now,
        [workflow.name for workflow in workflows],
        [workflow.initial for workflow in workflows],
        [workflow.hash for workflow in workflows],
    )
    ids = [row["id"] for row in await stage.connection.fetch("SELECT id FROM import_newcomer")]
    await storing.start(ids, now=settings.now)
    await stage.run(_HISTORY, settings.now, settings.by.id)
    return created


async def _give_codes(stage: Stage) -> None:
    await stage.run("ALTER TABLE import_newcomer ADD COLUMN code text")
    await stage.run(f"UPDATE import_newcomer SET code = {_CODE}")
    taken = "code IN (SELECT code FROM customer)"
    while await stage.run(f"UPDATE import_newcomer SET code = {_CODE} WHERE {taken}"):
        pass


async def _insert(stage: Stage, settings: Settings, columns: dict[str, str]) -> int:
    usual: dict[str, Any] = {
        "currency": settings.currency,
        "owner": settings.owner,
        "team": settings.team,
        "created_by": settings.by.id,
    }
    values = [settings.now]
    expressions = {"id": "n.id", "code": "n.code", "external_key": _KEY, "name": "n.name"}
    for name, value in usual.items():
        values.append(value)
        expressions[name] = f"coalesce({columns[name]}, ${len(values)})" if name in columns else f"${len(values)}"
    expressions = columns | expressions | {"created_at": "$1", "updated_at": "$1"}
    return await stage.run(
        f"INSERT INTO customer ({', '.join(expressions)}) SELECT {', '.join(expressions.values())} "
        "FROM import_newcomer n ORDER BY n.code",
        *values,
    )
