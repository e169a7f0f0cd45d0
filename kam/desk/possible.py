"""Which steps the facts allow, and which of them have become possible since the last working day.

What is possible is always searched anew, by each condition's own SQL over the stored facts. Only what *was* possible is
stored: after each sweep (nightly, and on demand) `note` keeps one row for each step it found possible, with the moment
it first did. A step without such a row has become possible since the last sweep. So whoever changes a record or takes a
step writes nothing more for it, and a desk costs one look-up by index for each step it shows.

A step that had become impossible and is possible again before any sweep noticed counts as possible all along; one that
an instance left and came back to counts from its return. Before the first sweep everything possible is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from kam.database.engine import DB
from kam.database.sql import Params
from kam.workflow.conditions import facts_in, to_sql
from kam.workflow.definition import Definition, Transition
from kam.workflow.registry import current
from kam.workflow.vocabulary import AUTHOR, PROPOSER

WEEKEND = (5, 6)


def offered(definitions: Iterable[Definition]) -> list[tuple[Definition, Transition]]:
    """Steps for people whose conditions can be searched for by the facts of the customer; a step without conditions is
    no news, and who wrote a record is not asked here."""
    return [
        (definition, step)
        for definition in definitions
        if definition.subject == "customer" or current().table(definition.name)
        for step in definition.transitions.values()
        if _is_searched(step)
    ]


def _is_searched(step: Transition) -> bool:
    if step.guard is None or not facts_in(step.guard) <= current().vocabulary.stored:
        return False
    return step.for_people and not step.approves and not step.not_by & {AUTHOR, PROPOSER}


def source(definition: Definition, step: Transition, params: Params) -> str:
    """FROM and WHERE of the instances `i` of customers `c` that the facts `f` allow to take the step; of records `r`
    those that are there."""
    assert step.guard is not None
    record = "JOIN record r ON r.id = i.subject AND r.deleted_at IS NULL" if current().table(definition.name) else ""
    return (
        f"FROM workflow_instance i JOIN customer c ON c.id = i.customer JOIN customer_fact f ON f.customer = i.customer"
        f" {record} {was_possible(step)}"
        f" WHERE i.workflow = '{definition.name}' AND i.state = ANY({params(list(step.sources))})"
        f" AND c.deleted_at IS NULL AND {to_sql(step.guard, params, 'f')}"
    )


def owner(definition: Definition) -> str:
    """SQL of who owns what moves: a record may have another owner than its customer."""
    return "coalesce(r.owner, c.owner)" if current().table(definition.name) else "c.owner"


def was_possible(step: Transition) -> str:
    return f"LEFT JOIN possible_step was ON was.instance = i.id AND was.transition = '{step.name}'"


# When the step became possible; null is after the last sweep.
SINCE = "CASE WHEN was.since IS NOT NULL THEN greatest(was.since, i.entered_at) END"


async def note(definitions: Iterable[Definition], *, now: datetime) -> None:
    """Keeps what is possible now; to be called when the facts of all have been refreshed. Twice changes nothing."""
    params = Params(now)
    selects = [
        f"SELECT i.id AS instance, '{step.name}'::text AS transition {source(definition, step, params)}"
        for definition, step in offered(definitions)
    ]
    possible = " UNION ALL ".join(selects) or "SELECT NULL::uuid AS instance, NULL::text AS transition WHERE FALSE"
    await DB.execute(
        f"""
        WITH possible AS MATERIALIZED ({possible}), gone AS (
            DELETE FROM possible_step p WHERE NOT EXISTS (
                SELECT FROM possible q WHERE q.instance = p.instance AND q.transition = p.transition
            )
        )
        INSERT INTO possible_step (id, instance, transition, since)
        SELECT new_id(), instance, transition, $1 FROM possible q WHERE NOT EXISTS (
            SELECT FROM possible_step p WHERE p.instance = q.instance AND p.transition = q.transition
        )
        ON CONFLICT (instance, transition) DO NOTHING
        """,
        *params.values,
    )


def last_working_day_ended(now: datetime) -> datetime:
    """The end of the last working day before today, which on a Monday is that of Friday; days are those of UTC."""
    day = now.astimezone(UTC).date()
    while (day - timedelta(days=1)).weekday() in WEEKEND:
        day -= timedelta(days=1)
    return datetime.combine(day, time(), UTC)
