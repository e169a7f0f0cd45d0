"""Whose records a viewer sees, as conditions of Piccolo and of SQL: those of the customers they see, or by ability."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from piccolo.columns.combination import Or, WhereRaw
from piccolo.custom_types import Combinable

from kam.database.sql import Params
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue, sharing
from kam.records.fields import Field
from kam.records.kind import CUSTOMER, Kind
from kam.workflow.registry import current

NOT_YOURS_TO_SEE = N_("Your role does not show you this field.")


def visible(kind: Kind, viewer: Viewer) -> list[Combinable]:
    """The conditions that all hold for what the viewer may see; the same rule as `sees`."""
    if kind.shared:
        params = _Open()
        return [WhereRaw(sharing.seen(kind, viewer, params, kind.sql_table), *params.values)]
    if kind.belongs is None:
        viewer.require(kind.sees)
        return []
    whose: Any = kind.table if kind.is_itself else getattr(kind.table, kind.belongs.column)
    key = whose.id if kind.is_itself else whose
    there = [] if kind.is_itself else [whose.deleted_at.is_null()]
    if viewer.sees_all:
        return there
    seen: Combinable = whose.owner == viewer.id
    if viewer.teams:
        seen = Or(seen, whose.team.is_in(list(viewer.teams)))
    if viewer.accounts:
        seen = Or(seen, key.is_in(list(viewer.accounts)))
    return [*there, seen]


class _Open(Params):
    """With the places as Piccolo has them."""

    def __call__(self, value: Any) -> str:
        self.values.append(value)
        return "{}"


def sees(kind: Kind, viewer: Viewer, params: Params, customer: str = CUSTOMER, *, row: str = "t") -> str:
    """SQL that is true for those of `row` that the viewer sees, where `customer` is joined if it is one customer's."""
    if kind.shared:
        return sharing.seen(kind, viewer, params, row)
    if kind.belongs is None:
        return "TRUE" if viewer.may(kind.sees) else "FALSE"
    return f"{customer}.deleted_at IS NULL AND {sees_customer(viewer, params, customer)}"


def sees_moved(viewer: Viewer, params: Params, instance: str = "i") -> str:
    """SQL that is true for the workflows, rows of `instance`, whose record the viewer sees: that of a customer they
    see, or of nobody where their ability is enough."""
    of_customer = (
        f"EXISTS (SELECT FROM customer WHERE customer.id = {instance}.customer AND customer.deleted_at IS NULL"
        f" AND {sees_customer(viewer, params)})"
    )
    nobodys = [
        workflow.name
        for kind in catalogue.current().values() if not kind.of_customers and viewer.may(kind.sees)
        for workflow in current().of_subject(kind.name)
    ]  # fmt: skip
    seen = [of_customer, *([f"{instance}.workflow = ANY({params(nobodys)})"] if nobodys else [])]
    for kind in (one for one in catalogue.current().values() if one.shared):
        if names := [workflow.name for workflow in current().of_subject(kind.name)]:
            theirs = sharing.known(kind, viewer, params, f"{instance}.subject")
            seen.append(f"({instance}.workflow = ANY({params(names)}) AND {theirs})")
    return f"({' OR '.join(seen)})"


def sees_row(viewer: Viewer, params: Params, row: str = "record") -> str:
    """SQL that is true for the rows of `record` that the viewer sees and that are nobody's, or several customers'."""
    kinds = catalogue.current().values()
    nobodys = [kind.name for kind in kinds if not kind.of_customers and viewer.may(kind.sees)]
    shared = (
        f" OR {row}.kind = '{kind.name}' AND {sharing.known(kind, viewer, params, f'{row}.id')}"
        for kind in kinds
        if kind.shared
    )
    return f"({row}.kind = ANY({params(nobodys)}::text[]){''.join(shared)})"


def shown(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    """The fields of a kind that this viewer may see; not those that name what is nobody's and not theirs to see."""
    return seen_of(kind.fields, viewer)


def seen_of(fields: Iterable[Field], viewer: Viewer) -> tuple[Field, ...]:
    return tuple(one for one in fields if (not one.protect or viewer.may(one.protect)) and _may_name(one, viewer))


def _may_name(field: Field, viewer: Viewer) -> bool:
    known = catalogue.current().get(field.of)
    return known is None or known.of_customers or viewer.may(known.sees)


def require_shown(kind: Kind, names: Iterable[str], viewer: Viewer) -> None:
    """Nobody sets what they do not see. Raises Invalid."""
    hidden = set(names) & (kind.by_name.keys() - {one.name for one in shown(kind, viewer)})
    if hidden:
        raise Invalid(dict.fromkeys(sorted(hidden), NOT_YOURS_TO_SEE))
