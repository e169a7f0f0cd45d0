"""What waits for an approval: subjects in a state that a step with `approves` leaves, and whether I may take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.plans.queries import WORKFLOW
from kam.records.visibility import sees_moved
from kam.relationships.permitted import may_take
from kam.workflow.conditions import facts_in, to_sql
from kam.workflow.definition import RENAMED, Definition, Transition
from kam.workflow.options import Option, options_of
from kam.workflow.registry import current

SHOWN = 50

# The step that brought `i` where it stands; that its state has another name now is nobody's doing.
LAST = f"""
    SELECT l.* FROM workflow_step l WHERE l.instance = i.id AND l.transition <> '{RENAMED}'
    ORDER BY l.number DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`customer_name` is the title of what belongs to nobody. `decide` approves; `others` are the further steps that I
    may take, such as sending it back."""

    workflow: str
    title: Any
    subject: UUID
    subject_title: str
    customer_name: str
    since: datetime
    asked_by: str | None
    comment: str
    link: str
    decide: Option
    others: tuple[Option, ...]

    @property
    def mine(self) -> bool:
        return self.decide.possible

    @property
    def steps(self) -> list[tuple[UUID, str]]:
        """The steps (instance, transition) that can be taken here."""
        return [(option.instance, option.transition) for option in (self.decide, *self.others)]


async def waiting(viewer: Viewer, *, now: datetime) -> list[Waiting]:
    """The longest waiting first, at most fifty; what the viewer may not decide comes with the reasons."""
    return await _found(await _instances(viewer), viewer, now)


async def waiting_on(viewer: Viewer, *, now: datetime, limit: int = SHOWN) -> list[Waiting]:
    """Those that the viewer may decide, the longest waiting first."""
    params = Params()
    rows = await DB.fetch(
        f"SELECT id FROM ({decidable(viewer, params)}) mine ORDER BY at, id LIMIT {params(limit)}", *params.values
    )
    found = await _found(await _instances(viewer, only=[row["id"] for row in rows]), viewer, now)
    return [one for one in found if one.mine]


async def count_waiting_on(viewer: Viewer) -> int:
    params = Params()
    count: int = await DB.fetchval(f"SELECT count(*) FROM ({decidable(viewer, params)}) mine", *params.values)
    return count


def returned(viewer: Viewer, params: Params) -> str:
    """SQL for the viewer's own plans that whoever was to approve them sent back: id (of the instance), customer,
    subject, title (with what is to be mended), at."""
    definition = current().known_or_absent(WORKFLOW, "plan")
    decided = {source for step in definition.transitions.values() if step.approves for source in step.sources}
    back = [
        step.name
        for step in definition.transitions.values()
        if step.target == definition.initial and decided & {*step.sources}
    ]
    me = params(viewer.id)
    return f"""
        SELECT i.id, p.customer, p.id AS subject, concat_ws(' – ', p.title, nullif(s.comment, '')) AS title, s.at
        FROM workflow_instance i
        JOIN plan p ON p.id = i.subject AND p.deleted_at IS NULL AND p.author = {me}
        JOIN LATERAL ({LAST}) s ON TRUE
        WHERE i.workflow = '{definition.name}' AND i.state = '{definition.initial}'
          AND s.transition = ANY({params(back)}) AND s.by <> {me}
    """


def decidable(viewer: Viewer, params: Params) -> str:
    """SQL for what the viewer may decide: id (of the instance), customer, subject, workflow, step, state, revision, at.

    Found by the index on workflow and state, so it costs what waits and not what there is. Nobody decides what they
    brought there or wrote. A guard over the facts of a plan is not asked here but when the plan is shown.
    """
    selects = [
        f"({_decidable(viewer, params, definition, step)})"
        for definition in current().definitions.values()
        for step in definition.transitions.values()
        if step.approves
    ]
    return " UNION ALL ".join(selects) or _NOTHING


_NOTHING = """
    SELECT NULL::uuid AS id, NULL::uuid AS customer, NULL::uuid AS subject, '' AS workflow, '' AS step, '' AS state,
           0 AS revision, NULL::timestamptz AS at WHERE FALSE
"""


_WHOSE = """
    JOIN customer c ON c.id = i.customer AND c.deleted_at IS NULL JOIN customer_fact f ON f.customer = c.id
"""
_NOBODYS = "LEFT JOIN customer c ON FALSE"


def _decidable(viewer: Viewer, params: Params, definition: Definition, step: Transition) -> str:
    me, vocabulary = params(viewer.id), current().vocabulary
    whose = _WHOSE if vocabulary.subjects[definition.subject].of_customer else _NOBODYS
    standing = vocabulary.subjects[definition.subject].standing.format(subject="i.subject")
    searched = step.guard is not None and facts_in(step.guard) <= vocabulary.stored
    guard = to_sql(step.guard, params, "f") if step.guard is not None and searched else "TRUE"
    return f"""
        SELECT i.id, i.customer, i.subject, i.workflow::text AS workflow, '{step.name}'::text AS step,
               i.state::text AS state, i.revision, i.entered_at AS at
        FROM workflow_instance i
        {whose}
        CROSS JOIN LATERAL ({standing}) stands
        WHERE i.workflow = '{definition.name}' AND i.state = ANY({params(list(step.sources))}) AND {guard}
          AND {sees_moved(viewer, params)} AND {may_take(viewer, params, step, "c", owner="stands.owner")}
          AND {me} <> ALL(stands.authors) AND NOT EXISTS (SELECT FROM ({LAST}) s WHERE s.by = {me})
    """


def _approving() -> list[tuple[str, str, Any]]:
    return [
        (definition.name, state, step)
        for definition in current().definitions.values()
        for step in definition.transitions.values()
        if step.approves
        for state in step.sources
    ]


async def _found(rows: list[Any], viewer: Viewer, now: datetime) -> list[Waiting]:
    possible = await options_of([row["id"] for row in rows], by=viewer, now=now)
    found = [_waiting(row, possible.get(row["id"], ())) for row in rows]
    return [one for one in found if one is not None]


async def _instances(viewer: Viewer, only: list[UUID] | None = None) -> list[Any]:
    pairs = _approving()
    params = Params([workflow for workflow, _, _ in pairs], [state for _, state, _ in pairs], SHOWN)
    sees = sees_moved(viewer, params)
    these = "TRUE" if only is None else f"i.id = ANY({params(only)})"
    return await DB.fetch(
        f"""
        SELECT i.id, i.workflow, i.subject, i.entered_at, coalesce(customer.name, record.title) AS customer_name,
               coalesce(record.title, customer.name) AS subject_title, step.comment, person.name AS asked_by
        FROM workflow_instance i
        JOIN unnest($1::text[], $2::text[]) AS approving(workflow, state)
          ON approving.workflow = i.workflow AND approving.state = i.state
        LEFT JOIN customer ON customer.id = i.customer
        LEFT JOIN record ON record.id = i.subject
        LEFT JOIN LATERAL ({LAST}) step ON TRUE
        LEFT JOIN person ON person.id = step.by
        WHERE record.deleted_at IS NULL AND {sees}
          AND {these}
        ORDER BY i.entered_at LIMIT $3
        """,
        *params.values,
    )


def _waiting(row: Any, every: tuple[Option, ...]) -> Waiting | None:
    definition = current().definition(row["workflow"])
    decide = next((option for option in every if option.approves), None)
    if decide is None:
        return None
    others = tuple(option for option in every if option is not decide and option.possible)
    return Waiting(
        workflow=row["workflow"], title=definition.title, subject=row["subject"], subject_title=row["subject_title"],
        customer_name=row["customer_name"], since=row["entered_at"], asked_by=row["asked_by"],
        comment=row["comment"] or "", link=current().link(definition.subject, row["subject"]), decide=decide,
        others=others,
    )  # fmt: skip
