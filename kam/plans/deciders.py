"""Who can give an approval that is waited for, and who could until they left.

The same that the engine asks when somebody tries: role or position, who sees the customer, and nobody in their own
matter. Guards over facts are not asked here, as they hinder everybody alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.roles import ABILITIES, ADMINISTRATOR, READ_ONLY
from kam.people.viewer import Viewer
from kam.plans.approvals import LAST
from kam.plans.queries import WORKFLOW
from kam.records.catalogue import kind_of
from kam.relationships.positions import POSITIONS
from kam.workflow.definition import Definition, Transition
from kam.workflow.registry import current
from kam.workflow.vocabulary import OWNER


@dataclass(frozen=True, slots=True)
class Deciding:
    """Names: `now` can decide, `left` could and were deactivated since it waits."""

    now: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        return bool(self.left) or not self.now


@dataclass(frozen=True, slots=True)
class Undecided:
    """A plan of somebody that waits, and whose decision has changed hands or is nobody's."""

    plan: UUID
    title: str
    customer: UUID
    name: str
    name_zh: str
    at: datetime
    deciding: Deciding


async def deciding(instance: UUID) -> Deciding | None:
    """None if it does not wait for an approval."""
    params = Params(instance)
    state = await DB.fetchrow("SELECT workflow, state FROM workflow_instance WHERE id = $1", instance)
    if state is None or not _approving(current().known_or_absent(state["workflow"]), state["state"]):
        return None
    rows = await DB.fetch(f"{_all(params, 'i.id = $1')} ORDER BY name", *params.values)
    return _deciding(rows)


async def undecided(viewer: Viewer) -> list[Undecided]:
    """The viewer's own plans that wait where nobody can decide now, or somebody who could has left."""
    states = [state for state in _plans().states if _approving(_plans(), state)]
    waiting = await DB.fetch(
        """
        SELECT i.id, p.id AS plan, p.title, c.id AS customer, c.name, c.name_zh, i.entered_at AS at
        FROM workflow_instance i JOIN plan p ON p.id = i.subject JOIN customer c ON c.id = i.customer
        WHERE i.workflow = $1 AND i.state = ANY($2) AND p.author = $3 AND p.deleted_at IS NULL AND c.deleted_at IS NULL
        ORDER BY i.entered_at, i.id
        """,
        WORKFLOW, states, viewer.id,
    )  # fmt: skip
    able = await _of([row["id"] for row in waiting])
    found = [
        Undecided(row["plan"], row["title"], row["customer"], row["name"], row["name_zh"], row["at"], able[row["id"]])
        for row in waiting
    ]
    return [one for one in found if one.deciding.is_news]


async def theirs_alone(person: UUID) -> list[UUID]:
    """The instances (of any workflow) whose approval waits for this person and for nobody else."""
    params = Params(person)
    rows = await DB.fetch(
        f"""
        SELECT instance FROM ({_all(params, "TRUE")}) able WHERE active
        GROUP BY instance HAVING array_agg(DISTINCT person) = ARRAY[$1::uuid]
        """,
        *params.values,
    )
    return [row["instance"] for row in rows]


async def _of(instances: Collection[UUID]) -> dict[UUID, Deciding]:
    if not instances:
        return {}
    params = Params(list(instances))
    rows = await DB.fetch(f"{_all(params, 'i.id = ANY($1::uuid[])')} ORDER BY name", *params.values)
    return {one: _deciding([row for row in rows if row["instance"] == one]) for one in instances}


def _deciding(rows: Collection[Any]) -> Deciding:
    def names(active: bool) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row["name"] for row in rows if row["active"] == active))

    return Deciding(names(True), names(False))


def _plans() -> Definition:
    return current().known_or_absent(WORKFLOW, "plan")


def _approving(definition: Definition, state: str) -> list[Transition]:
    return [step for step in definition.leaving(state) if step.approves]


def _all(params: Params, where: str) -> str:
    """SQL for instance, person, name, active; `where` is over `i`."""
    selects = [
        _able(params, definition, step, where)
        for definition in current().definitions.values()
        for step in definition.transitions.values()
        if step.approves
    ]
    return " UNION ALL ".join(selects) or (
        "SELECT NULL::uuid AS instance, NULL::uuid AS person, '' AS name, TRUE AS active WHERE FALSE"
    )


# Whoever belongs to the customer's team or to one above it.
_TEAM = """
    WITH RECURSIVE above AS (
        SELECT c.team AS id UNION SELECT team.parent FROM team JOIN above ON team.id = above.id
    )
    SELECT array_agg(m.person) AS people FROM membership m JOIN above ON above.id = m.team
"""
_LEFT = """EXISTS (
    SELECT FROM record_change r WHERE r.record = p.id AND r.record_kind = 'person'
    AND r.changes -> 'active' ->> 1 = 'false' AND r.at >= i.entered_at)
"""


_WHOSE = "JOIN customer c ON c.id = i.customer AND c.deleted_at IS NULL"
_SEES = f"""
    p.role = '{ADMINISTRATOR}' OR p.id = ANY(belonging.people) OR p.id = c.owner OR EXISTS (
        SELECT FROM account_member m WHERE m.customer = c.id AND m.person = p.id AND m.until IS NULL)
"""


def _able(params: Params, definition: Definition, step: Transition, where: str) -> str:
    about_plan = definition.subject == "plan"
    plan = "JOIN plan ON plan.id = i.subject AND plan.deleted_at IS NULL" if about_plan else ""
    wrote = "plan.author = p.id OR EXISTS (SELECT FROM plan_editor e WHERE e.plan = plan.id AND e.person = p.id)"
    may = " OR ".join([f"p.role = ANY({params(sorted(step.roles))})", *_holds(params, step.positions)])
    whose, sees = _WHOSE, _SEES
    if not current().vocabulary.subjects[definition.subject].of_customer:
        whose = "LEFT JOIN customer c ON FALSE"
        sees = f"p.role = ANY({params(sorted(ABILITIES[kind_of(definition.subject).sees]))})"
    against = " OR ".join([*_holds(params, step.not_by), *([wrote] if about_plan else [])]) or "FALSE"
    return f"""
        SELECT i.id AS instance, p.id AS person, p.name, p.active
        FROM workflow_instance i {whose} {plan}
        LEFT JOIN LATERAL ({LAST}) last ON TRUE
        LEFT JOIN LATERAL ({_TEAM}) belonging ON TRUE
        JOIN person p ON (p.active OR {_LEFT}) AND p.role <> '{READ_ONLY}' AND p.id IS DISTINCT FROM last.by
            AND ({may}) AND NOT ({against})
            AND ({sees})
        WHERE i.workflow = '{definition.name}' AND i.state = ANY({params(list(step.sources))}) AND {where}
    """


def _holds(params: Params, positions: frozenset[str]) -> list[str]:
    """That `p` has one of the positions."""
    found = ["p.id IS NOT DISTINCT FROM c.owner"] if OWNER in positions else []
    if held := sorted(positions & POSITIONS.keys()):
        found.append(
            f"EXISTS (SELECT FROM account_member m WHERE m.customer = c.id AND m.person = p.id"
            f" AND m.until IS NULL AND m.position = ANY({params(held)}))"
        )
    return found
