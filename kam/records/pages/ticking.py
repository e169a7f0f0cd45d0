"""Parts of which each row names one thing, chosen in a form by ticking among those that are likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.people.pages.choosing import PERSON, offered
from kam.people.viewer import Viewer
from kam.records import catalogue, referring
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.parts import Parts
from kam.records.visibility import seen_of
from kam.web.choices import ids_of
from kam.web.forms import Form

_OURS = """
SELECT id::text, name FROM person WHERE id = ANY($2)
   OR id IN (SELECT person FROM account_member WHERE customer = $1 AND until IS NULL) ORDER BY lower(name)
"""
MOST = 200


@dataclass(frozen=True, slots=True)
class Ticks:
    """What may be ticked of one field: ids and names. Where our people are many, `other` is the field in which one more
    is typed."""

    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    other: str = ""


def place(part: Parts, one: Field) -> str:
    return f"{part.name}_{one.name}"


def begin(kind: Kind, viewer: Viewer, form: Form) -> None:
    """Whoever writes is among those of ours."""
    for part in kind.parts:
        for one in part.fields if part.ticked else ():
            if one.type == f.PERSON:
                form.values[place(part, one)] = [str(viewer.id)]


async def ticks(part: Parts, viewer: Viewer, form: Form, *, stored: bool) -> list[Ticks]:
    """`stored` says that the form is of a record: what stands there stays among them, also after having left."""
    stood = form.before if form.before is not None else form if stored else Form()
    return [await _ticks(part, one, viewer, form, stood) for one in seen_of(part.fields, viewer)]


async def _ticks(part: Parts, one: Field, viewer: Viewer, form: Form, stood: Any) -> Ticks:
    name = place(part, one)
    if one.type == f.PERSON:
        everybody = await offered(Form({name: form.chosen(name)}), viewer, name)
        if everybody:
            return Ticks(name, one.title, everybody)
        rows = await DB.fetch(_OURS, form.whose, ids_of(form.chosen(name)))
        return Ticks(name, one.title, [(row["id"], row["name"]) for row in rows], other=f"{name}_other")
    return Ticks(name, one.title, await _theirs(one, form.whose, ids_of(stood.chosen(name))))


async def _theirs(one: Field, customer: UUID | None, stood: Sequence[UUID]) -> list[tuple[str, str]]:
    table, own = referring.place_of_theirs(one.of, "$1")
    title = referring.OUTSIDE[one.of].title if one.of in referring.OUTSIDE else catalogue.kind_of(one.of).titled
    rows = await DB.fetch(
        f"SELECT t.id::text, t.{title} AS name FROM {table} t WHERE ({own}) OR t.id = ANY($2) ORDER BY 2 LIMIT {MOST}",
        customer,
        list(stood),
    )
    return [(row["id"], row["name"]) for row in rows]


def is_there(part: Parts, form: Form) -> bool:
    """A box that is not ticked is never sent, so the form says that it has them."""
    return part.name in form.values


async def rows(part: Parts, viewer: Viewer, form: Form) -> list[dict[str, Any]]:
    """What was ticked, in the order in which it stood; a fault stands at the set."""
    fields = seen_of(part.fields, viewer)
    return [
        {other.name: value if other is one else other.empty for other in part.fields}
        for one in fields
        for value in await _chosen(part, one, viewer, form)
    ]


async def _chosen(part: Parts, one: Field, viewer: Viewer, form: Form) -> list[UUID]:
    name = place(part, one)
    texts = [text for text in form.chosen(name) if text]
    other = await PERSON.read(form, f"{name}_other", viewer) if f"{name}_other" in form.values else None
    found = ids_of(texts)
    if len(found) < len(texts):
        form.fault(part.name, referring.NOT_OF_THEIRS)
    stood = ids_of(form.before.chosen(name)) if form.before is not None else []
    wanted = dict.fromkeys([*found, *([other] if other else [])])
    return [*(id for id in stood if id in wanted), *(id for id in wanted if id not in stood)]


def stays(part: Parts, viewer: Viewer, form: Form) -> bool:
    if form.before is None:
        return False
    fields = seen_of(part.fields, viewer)
    if any(form.value(f"{place(part, one)}_other") for one in fields):
        return False
    return all(set(form.chosen(place(part, one))) == set(form.before.chosen(place(part, one))) for one in fields)
