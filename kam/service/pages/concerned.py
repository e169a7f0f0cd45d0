"""Who told us and which order it is about: the contacts and orders of the customer itself, chosen by typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kam.customers.pages.choosing import contacts_of
from kam.people.viewer import Viewer
from kam.sales.pages.choosing import orders_of
from kam.service.queries import Row
from kam.web.choices import ChoiceOf
from kam.web.forms import Form

OF_CUSTOMER: dict[str, Callable[[UUID], ChoiceOf]] = {"contact": contacts_of, "sales_order": orders_of}
# What stands in the field of one that has left the customer or was deleted, and may stay.
_LEFT = {"contact": "contact_name", "sales_order": "order_number"}


async def read(form: Form, customer: UUID | None, viewer: Viewer, record: Row | None = None) -> dict[str, Any]:
    """Both ids. While the customer is not known nothing of it can be meant, and the fault stands at the customer."""
    found: dict[str, Any] = {}
    for field, choices in OF_CUSTOMER.items():
        if record and record[field] and form.text(field) == await _stands(record, field, viewer):
            found[field] = record[field]
        elif customer:
            found[field] = await choices(customer).read(form, field, viewer)
    return found


async def write(form: Form, customer: UUID | None, viewer: Viewer, record: Row | None = None) -> Form:
    """Puts what a person would type in the place of the ids."""
    for field, choices in OF_CUSTOMER.items():
        if record and form.value(field) == str(record[field]):
            form.values[field] = [await _stands(record, field, viewer)]
        elif customer:
            await choices(customer).write(form, viewer, field)
    return form


async def _stands(record: Row, field: str, viewer: Viewer) -> str:
    shown = await OF_CUSTOMER[field](record["customer"]).shown_for([str(record[field])], viewer)
    return shown.get(str(record[field])) or record[_LEFT[field]] or ""
