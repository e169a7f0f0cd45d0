"""The steps that were taken: append-only, each carrying the hash of the one before (see the database's own rule)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `number` is the revision of the instance after it; `by` is None when the system acted by `trigger`.

    `leaves` is what whoever takes it has then seen: the revision of the record's own row, or else of the instance.
    """

    id: UUID
    instance: UUID
    workflow: str
    subject: UUID
    customer: UUID | None
    number: int
    transition: str
    from_state: str
    to_state: str
    at: datetime
    by: UUID | None = None
    trigger: str | None = None
    comment: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    definition: str = ""
    request: str | None = None
    hash: bytes | None = None
    leaves: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the history does not add up: an entry was `altered`, the chain is `broken`, the instance is `astray` or
    the step is `orphaned`. Number 0 is the beginning."""

    instance: UUID
    number: int
    fault: str


STEP = """
    SELECT s.id, s.instance, i.workflow, i.subject, i.customer, s.number, s.transition, s.from_state, s.to_state, s.at,
           s."by", s.trigger, s.comment, s.fields::text, s.facts::text, s.definition, s.request, s.hash
    FROM workflow_step s JOIN workflow_instance i ON i.id = s.instance
"""


def step_of(row: Mapping[str, Any]) -> Step:
    return Step(**{**dict(row), **{name: values_in(row[name]) for name in ("fields", "facts")}})


def values_in(stored: str) -> dict[str, Any]:
    """Exact: a decimal is the number that it was, to the last digit."""
    found: dict[str, Any] = json.loads(stored, parse_float=Decimal)
    return found


async def steps(instance: UUID) -> list[Step]:
    """All steps of an instance, the oldest first."""
    return [step_of(row) for row in await DB.fetch(f"{STEP} WHERE s.instance = $1 ORDER BY s.number", instance)]


async def steps_of(customer: UUID, *, limit: int = 200) -> list[Step]:
    """The steps of every workflow that concerns a customer, the newest first."""
    sql = f"{STEP} WHERE i.customer = $1 ORDER BY s.at DESC, s.number DESC LIMIT $2"
    return [step_of(row) for row in await DB.fetch(sql, customer, limit)]


async def step_by_request(instance: UUID, request: str) -> Step | None:
    row = await DB.fetchrow(f"{STEP} WHERE s.instance = $1 AND s.request = $2", instance, request)
    return step_of(row) if row else None


def replay(initial: str, taken: Iterable[Step]) -> str:
    """The state to which the steps lead. Raises `ValueError` when one does not start where the last one ended."""
    state = initial
    for step in taken:
        if step.from_state != state:
            raise ValueError(f"Step {step.number} starts from {step.from_state}, but the state was {state}.")
        state = step.to_state
    return state


async def verify() -> list[Break]:
    """Every place in the whole database where the history was tampered with; empty when it is sound."""
    rows = await DB.fetch("SELECT instance, number, fault FROM workflow_history_faults() ORDER BY 1, 2, 3")
    return [Break(**row) for row in rows]


async def altered_definitions() -> list[tuple[str, str]]:
    """Workflow and hash of every kept definition whose text is no longer the one that was in force."""
    rows = await DB.fetch(
        """
        SELECT workflow, hash FROM workflow_definition
        WHERE hash <> encode(sha256(convert_to(source, 'UTF8')), 'hex') ORDER BY workflow, number
        """
    )
    return [(row["workflow"], row["hash"]) for row in rows]
