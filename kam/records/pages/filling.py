"""What a form of a record shows before anybody writes in it, and whose record it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kam.customers.pages.choosing import CUSTOMER
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import sets as stored
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages import sets
from kam.records.pages.forming import blank, named
from kam.web.choices import ids_of
from kam.web.forms import Form


async def filled(kind: Kind, fields: Sequence[Field], viewer: Viewer, row: Mapping[str, Any]) -> Form:
    form = blank(kind, fields, row, revision=row["revision"])
    form.whose = whose(kind, row)
    await named(fields, form, viewer)
    for part in kind.parts:
        sets.fill(part, viewer, form, (await stored.read(part, [row["id"]]))[row["id"]])
    await sets.named(kind, viewer, form)
    for one in fields:
        if one.type == f.RECORD and ids_of(form.chosen(one.name)):
            if one.within and row[f"{one.name}_name"]:
                form.values[one.name] = [row[f"{one.name}_name"]]  # it has left the customer, or was deleted
            else:
                del form.values[one.name]  # what this viewer does not see has no field, and so stays
    return form


def whose(kind: Kind, row: Mapping[str, Any]) -> UUID | None:
    return row[kind.belongs.column] if kind.belongs else None


async def meant(form: Form, viewer: Viewer) -> UUID | None:
    """The customer that the form is of so far, or None; its fault is told when the form is sent."""
    text = form.value("customer").strip()[:400]
    found = (await CUSTOMER.all_meant([text], viewer)).get(text) if text else None
    return found if isinstance(found, UUID) else None
