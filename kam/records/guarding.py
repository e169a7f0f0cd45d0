"""Whether records may stand as they were just written: asked in the transaction that writes them, so that what is asked
counts them in, by every way in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Refused
from kam.language import N_
from kam.records import catalogue, recording
from kam.records.guards import Guard, of_kind
from kam.records.kind import Kind
from kam.workflow.actors import Actor
from kam.workflow.blockers import Blocker
from kam.workflow.conditions import facts_in, holds
from kam.workflow.definition import Definition
from kam.workflow.history import Step
from kam.workflow.phrases import Listed, Phrase
from kam.workflow.reasons import Place, reasons
from kam.workflow.registry import Workflows, current
from kam.workflow.sentences import Wording

LET_THROUGH = "let_through"  # an entry of the history: beyond which guard, and why

GOES_BEYOND = N_("%(who)s can go beyond this, and says why.")
SAY_WHY = N_("You can go beyond this: say why.")

Against = Mapping[UUID, Mapping[str, tuple[Blocker, ...]]]  # by record and name of the guard


async def hold(kind: Kind, record: UUID) -> None:
    """Before a record is held that a guard may then be asked of: nobody else comes under one with the same customer, so
    that what is asked counts them both. A step takes the locks in this order, too."""
    if kind.belongs and of_kind(kind):
        whose = f"SELECT {kind.belongs.column} FROM {kind.sql_table} WHERE id = $1"
        await DB.execute(f"SELECT FROM customer WHERE id = ({whose}) FOR NO KEY UPDATE", record)


async def require(
    kind: Kind,
    records: Collection[UUID],
    *,
    by: Actor,
    now: datetime,
    remark: str = "",
    changed: Collection[str] | None = None,
    meant: str | None = None,
) -> None:
    """`changed` are the fields of records that were there before; None for those that came into being. `meant` is what
    the state of a record meant before a step. Raises Refused with everything against any of them."""
    found = await against(kind, records, by=by, now=now, remark=remark, changed=changed, meant=meant)
    if found:
        raise Refused([one for guards in found.values() for blockers in guards.values() for one in blockers])


async def against(
    kind: Kind,
    records: Collection[UUID],
    *,
    by: Actor,
    now: datetime,
    remark: str = "",
    changed: Collection[str] | None = None,
    meant: str | None = None,
) -> Against:
    """What stands against each of the records, of those against which something stands. What is let through because of
    the remark is told in the history."""
    guards = [guard for guard in of_kind(kind) if _looks(guard, changed, meant)]
    found: dict[UUID, dict[str, tuple[Blocker, ...]]] = {}
    for guard in guards:
        for record, place, facts in await _bound(guard, kind, records, by, now):
            if holds(guard.condition, facts):
                continue
            if remark.strip() and by.role in guard.roles:
                await _tell(guard, kind, record, place, remark.strip(), by, now)
            else:
                found.setdefault(record, {})[guard.name] = _blockers(guard, kind, facts, place, by)
    return found


def binds(definition: Definition, old: str, new: str) -> bool:
    """Whether a step from one state to the other brings a record under a guard that did not bind it before."""
    kind = catalogue.current().get(definition.subject)
    if kind is None or kind.workflow != definition.name:
        return False
    will = definition.state(new).means
    return any(will in guard.meanings and _looks(guard, None, definition.state(old).means) for guard in of_kind(kind))


async def admit(step: Step, by: Actor, now: datetime) -> None:
    """Such a step is like adding the record; its comment is why somebody goes beyond the guard. Raises Refused."""
    definition = current().definition(step.workflow)
    kind, meant = catalogue.kind_of(definition.subject), definition.state(step.from_state).means
    await require(kind, [step.subject], by=by, now=now, remark=step.comment, meant=meant)


def _looks(guard: Guard, changed: Collection[str] | None, meant: str | None) -> bool:
    if meant is not None:
        return bool(guard.meanings) and meant not in guard.meanings
    return changed is None or bool(guard.fields & set(changed))


async def past(kind: Kind, records: Collection[UUID], *, by: Actor, now: datetime) -> list[tuple[UUID, Guard]]:
    """The records that a guard would refuse if they were not over: history, which is let in."""
    return [
        (record, guard)
        for guard in of_kind(kind)
        if guard.meanings
        for record, _, facts in await _bound(guard, kind, records, by, now, over=True)
        if not holds(guard.condition, facts)
    ]


async def _bound(
    guard: Guard, kind: Kind, records: Collection[UUID], by: Actor, now: datetime, *, over: bool = False
) -> list[tuple[UUID, Place, Mapping[str, object]]]:
    """The records that the guard binds, or with `over` the others, with the facts that it asks for."""
    rows = await DB.fetch(_of_meaning(guard, kind, current(), over), list(records))
    names = facts_in(guard.condition)
    facts = await current().vocabulary.gather_some(
        kind.name, [row["id"] for row in rows], as_of=by.as_of(now), names=names
    )
    return [(row["id"], Place(kind.address(row["id"]), row["customer"]), facts[row["id"]]) for row in rows]


def _of_meaning(guard: Guard, kind: Kind, workflows: Workflows, over: bool) -> str:
    whose = f"t.{kind.belongs.column}" if kind.belongs else "NULL::uuid"
    asked = f"SELECT t.id, {whose} AS customer FROM {kind.sql_table} t WHERE t.id = ANY($1)"
    if not guard.meanings:
        return asked
    states = workflows.definition(kind.workflow).states.values()
    names = ", ".join(f"'{state.name}'" for state in states if state.means in guard.meanings) or "''"
    return f"{asked} AND {'NOT' if over else ''} t.state IN ({names})"


def _blockers(guard: Guard, kind: Kind, facts: Mapping[str, object], place: Place, by: Actor) -> tuple[Blocker, ...]:
    workflows = current()
    wording = Wording(workflows.vocabulary.facts[kind.name], workflows.naming)
    hidden = workflows.vocabulary.hidden(wording.facts, by)
    found = tuple(reasons(wording, guard.condition, facts, _of_customer(place), hidden))
    if not guard.roles:
        return found
    if by.role in guard.roles:
        return (*found, Blocker("remark", SAY_WHY, {"name": "remark"}, who=Phrase(N_("you"))))
    titles = workflows.vocabulary.roles
    who = Listed(tuple(Phrase(titles[name]) for name in titles if name in guard.roles), "or")
    return (*found, Blocker("role", GOES_BEYOND, {"who": who}, who=who))


def _of_customer(place: Place) -> Place:
    """The record is not there after a refusal; its customer is."""
    return Place(f"/customers/{place.customer}", place.customer) if place.customer else Place("", None)


async def _tell(guard: Guard, kind: Kind, record: UUID, place: Place, remark: str, by: Actor, now: datetime) -> None:
    changes = {"guard": [None, guard.name], "remark": [None, remark]}
    await recording.record(kind.name, record, LET_THROUGH, by=by.id, at=now, customer=place.customer, changes=changes)
