"""Choosing a record in a form by its number or title, whatever kind it is of."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from uuid import UUID

from kam.database.searching import matches_indexed
from kam.database.sql import Params
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import catalogue
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages import own
from kam.records.visibility import sees
from kam.web.choices import ChoiceOf

LONGEST_KEY = 200  # by which a record without a number is known, as the index `record_by_title` has it


def chosen_by(field: Field, customer: UUID | None = None) -> ChoiceOf | None:
    """How what the field refers to is chosen; None where it must be a customer's and nobody knows whose yet."""
    if field.within:
        return choice_of_theirs(field.of, customer) if customer else None
    return choice_of_kind(catalogue.kind_of(field.of))


def source_of(field: Field) -> str:
    """The address of the proposals."""
    return f"/{catalogue.kind_of(field.of).path}/{'theirs' if field.within else 'choices'}"


def choice_of_theirs(of: str, customer: UUID) -> ChoiceOf:
    kind = catalogue.kind_of(of)
    if theirs := own.of(kind).theirs:
        return theirs(customer)
    every = choice_of_kind(kind)
    return replace(
        every,
        scope=lambda viewer, params: f"{every.table}.customer = {params(customer)} AND {every.scope(viewer, params)}",
    )


def choice_of_kind(kind: Kind) -> ChoiceOf:
    """As the kind's own pages say, or the one that all share."""
    return own.of(kind).choice or choice_of(kind)


@cache
def choice_of(kind: Kind) -> ChoiceOf:
    title = f"left(record.title, {LONGEST_KEY})"
    key, shown = (
        ("record.number", f"record.number || ' · ' || {title}") if kind.number or kind.known_by else (title, title)
    )
    return ChoiceOf(
        "record", key=key, shown=shown, names=("record.title",), detail=_whose(kind), order="record.title",
        search=lambda params, text: matches_indexed(params, text, "record"),
        scope=lambda viewer, params: _there(kind, viewer, params),
        nobody=N_("You see nothing of this number or name. Type the number, or a part of the name."),
        several=N_("Several match this. Type the number, or choose one of those proposed."),
    )  # fmt: skip


def _there(kind: Kind, viewer: Viewer, params: Params) -> str:
    seen = sees(kind, viewer, params, row="record")
    seen = f"EXISTS (SELECT FROM customer WHERE customer.id = record.customer AND {seen})" if kind.belongs else seen
    return f"record.kind = '{kind.name}' AND record.deleted_at IS NULL AND {seen}"


def _whose(kind: Kind) -> str:
    return "(SELECT customer.name FROM customer WHERE customer.id = record.customer)" if kind.belongs else "''"
