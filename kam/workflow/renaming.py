"""Taking along what stands in a state that the file has renamed, and finding what stands where no file says anything.

A renaming is no new stay: the moment of entering stays, the deadlines of the new state count from it, and one that has
acted in this stay does not act again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.workflow.definition import RENAMED, Definition
from kam.workflow.due import listed, of_state
from kam.workflow.registry import Workflows, current

BATCH = 1000
NAMED = 3

# One batch: history, deadlines and state of each, and of its own row. Two who start at one moment share the work: each
# holds what it takes.
_TAKE_ALONG = f"""
    WITH held AS (
        SELECT i.id, i.customer, i.subject, i.state, i.revision, i.entered_at, i.revision + 1 AS number,
               name.now AS become
        FROM workflow_instance i
        JOIN unnest($2::text[], $3::text[]) AS name(former, now) ON name.former = i.state
        WHERE i.workflow = $1 AND i.state = ANY($2) ORDER BY i.id LIMIT {BATCH} FOR UPDATE OF i
    ), step AS (
        INSERT INTO workflow_step (id, instance, number, transition, from_state, to_state, at, comment, fields, facts,
                                   definition)
        SELECT new_id(), id, number, '{RENAMED}', state, become, $4, '', '{{{{}}}}', '{{{{}}}}', $5 FROM held
        RETURNING instance, hash
    ), settled AS (
        UPDATE workflow_deadline d SET settled_at = $4, outcome = 'left'
        FROM held WHERE d.instance = held.id AND d.settled_at IS NULL
    ), {{own}}due AS (
        INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
        SELECT new_id(), held.id, held.number, d.name, d.due_at, ''
        FROM held {{row}} CROSS JOIN LATERAL {{deadlines}}
        WHERE d.state = held.become AND d.due_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM workflow_deadline acted WHERE acted.instance = held.id AND acted.name = d.name
            AND acted.settled_at >= held.entered_at AND acted.outcome NOT IN ('left', 'no date'))
    )
    UPDATE workflow_instance i SET state = held.become, revision = held.number, definition = $5, head = step.hash
    FROM held JOIN step ON step.instance = held.id WHERE i.id = held.id
    RETURNING held.customer
"""
_OWN = """own AS (
        UPDATE {table} t SET state = held.become, revision = t.revision + 1, updated_at = $4 FROM held
        WHERE t.id = held.subject RETURNING t.*
    ), told AS (UPDATE record SET state = own.state FROM own WHERE record.id = own.id), """

# The states in which anything stands, each found by one step through the index on workflow and state.
_STUCK = f"""
    WITH RECURSIVE standing AS (
        (SELECT workflow, state FROM workflow_instance ORDER BY workflow, state LIMIT 1)
        UNION ALL
        SELECT next.* FROM standing s CROSS JOIN LATERAL (
            SELECT i.workflow, i.state FROM workflow_instance i WHERE (i.workflow, i.state) > (s.workflow, s.state)
            ORDER BY i.workflow, i.state LIMIT 1
        ) next
    )
    SELECT s.workflow, s.state, counted.instances, named.names
    FROM standing s
    CROSS JOIN LATERAL (
        SELECT count(*) AS instances FROM workflow_instance i WHERE (i.workflow, i.state) = (s.workflow, s.state)
    ) counted
    CROSS JOIN LATERAL (
        SELECT array_agg(name) AS names FROM (
            SELECT c.name FROM workflow_instance i JOIN customer c ON c.id = i.customer
            WHERE (i.workflow, i.state) = (s.workflow, s.state) ORDER BY i.customer LIMIT {NAMED}) first
    ) named
    WHERE s.workflow || '.' || s.state <> ALL($1::text[]) ORDER BY s.workflow, s.state
"""


@dataclass(frozen=True, slots=True)
class Stuck:
    """So many records stand in a state of which no file says how to go on; `names` are the first of their customers."""

    workflow: str
    state: str
    instances: int
    names: tuple[str, ...]
    known: bool  # whether the file of the workflow is there

    def __str__(self) -> str:
        names = ", ".join(self.names) + (" …" if self.instances > len(self.names) else "")
        who = f"{self.instances} {'record stands' if self.instances == 1 else 'records stand'}"
        if not self.known:
            return (
                f"{who} in the state `{self.state}` of the workflow `{self.workflow}`, whose file is gone ({names}): "
                f"no step of it can be taken. Put {self.workflow}.toml back into the folder of workflows."
            )
        return (
            f"{who} in the state `{self.state}`, which {self.workflow}.toml does not have ({names}): no step leads on. "
            f'Write renamed_from = "{self.state}" at the state that takes its place, or put the state back.'
        )


async def take_along(
    workflows: Workflows, *, now: datetime, changed: Callable[[Collection[UUID]], Awaitable[None]]
) -> int:
    """Moves whatever stands in a former state; `changed` gets the customers of each batch in its transaction.

    How many moved. Doing it again, or twice at once, changes nothing more.
    """
    moved = 0
    for definition in workflows.definitions.values():
        pairs = former(definition)
        while pairs and (customers := await retrying(partial(_batch, definition, pairs, now, changed))):
            moved += customers
    return moved


async def stuck(workflows: Workflows) -> list[Stuck]:
    """What stands in a state that no file has, nor claims as a former one."""
    known = [
        f"{definition.name}.{state}"
        for definition in workflows.definitions.values()
        for state in (*definition.states, *(name for name, _ in former(definition)))
    ]
    return [
        Stuck(row["workflow"], row["state"], row["instances"], tuple(row["names"] or ()),
              row["workflow"] in workflows.definitions)
        for row in await DB.fetch(_STUCK, known)
    ]  # fmt: skip


def former(definition: Definition) -> list[tuple[str, str]]:
    """Each former name of a state with the present one."""
    return [(name, state.name) for state in definition.states.values() for name in state.renamed_from]


async def _batch(
    definition: Definition, pairs: list[tuple[str, str]], now: datetime,
    changed: Callable[[Collection[UUID]], Awaitable[None]],
) -> int:  # fmt: skip
    async with DB.transaction():
        rows = await DB.fetch(
            _statement(definition), definition.name, [old for old, _ in pairs], [new for _, new in pairs], now,
            definition.hash,
        )  # fmt: skip
        if rows:
            await changed({row["customer"] for row in rows if row["customer"]})
    return len(rows)


def _statement(definition: Definition) -> str:
    own, table = current().own_table(definition.name), current().table(definition.name)
    due = [one for state in definition.states.values() for one in of_state(definition, state, "held.entered_at", "own")]
    return _TAKE_ALONG.format(
        own=_OWN.format(table=own) if own else "",
        row=f"LEFT JOIN {'own' if own else f'{table} own'} ON own.id = held.subject" if table else "",
        deadlines=listed(due),
    )
