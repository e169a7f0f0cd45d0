"""What a form says of a record, and how a record is shown in a form, by type of field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kam.people.pages.choosing import settled
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import judging, reading
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.choosing import chosen_by
from kam.web.forms import Form

Read = Callable[[Form, Field, Viewer], Awaitable[Any]]


def blank(kind: Kind, fields: Sequence[Field], values: Mapping[str, Any], **more: Any) -> Form:
    """A form that shows these values of the fields."""
    form = Form.of({one.name: _shown(one, values.get(one.name)) for one in fields}, **more)
    return as_of_kind(kind, form)


def as_of_kind(kind: Kind, form: Form) -> Form:
    form.areas = frozenset(one.name for one in kind.fields if one.type == f.LONG)
    return form


async def named(fields: Sequence[Field], form: Form, viewer: Viewer) -> Form:
    """Puts what a person would type in the place of the ids of records."""
    for one in fields:
        if one.type == f.RECORD and (choice := chosen_by(one, form.whose)):
            await choice.write(form, viewer, one.name)
    return form


async def values_of(fields: Sequence[Field], form: Form, viewer: Viewer) -> dict[str, Any]:
    """What the form says, by field, with every fault at its field; a field that the form did not have stays out. A box
    that is not ticked is never sent."""
    there = [one for one in fields if one.name in form.values or one.type == f.YES_NO]
    said = {one.name: judging.tidy(one, await READ[one.type](form, one, viewer)) for one in there}
    for one in there:
        if not form.error(one.name) and (fault := judging.fault(one, said[one.name])):
            form.fault(one.name, fault)
    return said


def _shown(one: Field, value: Any) -> Any:
    return ", ".join(value or ()) if one.type == f.TAGS else value


async def _by_reader(form: Form, one: Field, _viewer: Viewer) -> Any:
    try:
        return reading.read(one, form.chosen(one.name))
    except reading.Unfit as unfit:
        form.fault(one.name, *unfit.args)
        return one.empty


async def _moment(form: Form, one: Field, _viewer: Viewer) -> Any:
    return form.moment(one.name)


async def _box(form: Form, one: Field, _viewer: Viewer) -> bool:
    return form.yes(one.name)


async def _person(form: Form, one: Field, viewer: Viewer) -> UUID | None:
    return (await settled(form, viewer, one.name)).uuid(one.name)


async def _record(form: Form, one: Field, viewer: Viewer) -> UUID | None:
    choice = chosen_by(one, form.whose)
    return await choice.read(form, one.name, viewer) if choice else None


READ: Mapping[str, Read] = {
    **dict.fromkeys(f.TYPES, _by_reader),
    f.MOMENT: _moment,
    f.YES_NO: _box,
    f.PERSON: _person,
    f.RECORD: _record,
}
