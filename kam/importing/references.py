"""What the cells of a file name: our people and other records, as far as the importer sees them."""

from __future__ import annotations

from uuid import UUID

from kam.database.sql import Params
from kam.importing.kinds import of_link
from kam.importing.staging import Stage
from kam.people.owning import NOT_AN_OWNER, can_own
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue, referring
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.visibility import sees

# By column, text and customer, where it must be theirs: the one that is meant, or None if there is none, or several.
References = dict[tuple[str, str, UUID | None], UUID | None]

_NAMED = """
SELECT s.named, array_agg(DISTINCT t.id) AS ids
FROM (SELECT DISTINCT {column} AS named FROM import_stage WHERE {column} IS NOT NULL) s
JOIN {source} ON {same} GROUP BY s.named
"""
_PEOPLE = ("person t", "(lower(t.name) = lower(s.named) OR t.email = lower(s.named)) AND {own}")
_CUSTOMERS = (
    "customer t",
    "(t.external_key = s.named OR t.code = s.named OR lower(t.name) = lower(s.named)) AND {own}",
)
# Of the customer whom the line names.
_THEIRS = """
SELECT s.named, s.customer, array_agg(DISTINCT t.id) AS ids
FROM (SELECT DISTINCT s.{column} AS named, c.customer FROM import_stage s
      JOIN import_customer c ON c.key = coalesce(s.customer, s.customer_name)
      WHERE s.{column} IS NOT NULL AND c.customer IS NOT NULL) s
JOIN {table} t ON lower(t.{title}) = lower(s.named) AND {own} GROUP BY s.named, s.customer
"""
_RECORDS = (
    "record t {whose}",
    "t.kind = '{kind}' AND t.deleted_at IS NULL AND (t.number = s.named OR lower(t.title) = lower(s.named)) AND {own}",
)


async def find_references(stage: Stage, kind: Kind, by: Viewer) -> References:
    """Who and what is named stays as it is until the transaction ends."""
    found: References = {}
    columns = [(one.name, one) for one in (*kind.fields, *of_link(kind))]
    columns += [(part.column(one), one) for part in kind.parts for one in part.fields]
    for column, one in columns:
        if one.type in (f.PERSON, f.RECORD) and column in stage.mapped:
            found |= await (_theirs(stage, column, one) if one.within else _of_field(stage, column, one, by))
    return found


def fault(field: Field) -> str:
    return referring.NOT_THERE if field.type == f.RECORD else NOT_AN_OWNER


async def _of_field(stage: Stage, column: str, field: Field, by: Viewer) -> References:
    params = Params()
    source, same = _where(field, by, params)
    sql = _NAMED.format(column=column, source=source, same=same)
    rows = await stage.connection.fetch(sql, *params.values)
    one = {row["named"]: row["ids"][0] for row in rows if len(row["ids"]) == 1}
    there = await referring.hold(field.of, sorted(set(one.values())), by)
    return {(column, named, None): id for named, id in one.items() if id in there}


async def _theirs(stage: Stage, column: str, field: Field) -> References:
    table, own = referring.place_of_theirs(field.of, "s.customer")
    sql = _THEIRS.format(column=column, table=table, title=_called(field), own=own)
    rows = await stage.connection.fetch(sql)
    found: References = {}
    for customer in {row["customer"] for row in rows}:
        one = {row["named"]: row["ids"][0] for row in rows if row["customer"] == customer and len(row["ids"]) == 1}
        there = await referring.theirs(field.of, sorted(set(one.values())), customer)
        found |= {(column, named, customer): id for named, id in one.items() if id in there}
    return found


def _called(field: Field) -> str:
    """The column by which a file names what is referred to."""
    if field.of in referring.OUTSIDE:
        return referring.OUTSIDE[field.of].title
    kind = catalogue.kind_of(field.of)
    return "number" if kind.number else kind.titled


def _where(field: Field, by: Viewer, params: Params) -> tuple[str, str]:
    if field.type == f.PERSON:
        return _PEOPLE[0], _PEOPLE[1].format(own=can_own("t"))
    kind = catalogue.kind_of(field.of)
    if not kind.is_itself:
        whose = "JOIN customer ON customer.id = t.customer" if kind.belongs else ""
        return _RECORDS[0].format(whose=whose), _RECORDS[1].format(kind=kind.name, own=sees(kind, by, params))
    return _CUSTOMERS[0], _CUSTOMERS[1].format(own=f"t.deleted_at IS NULL AND {sees_customer(by, params, 't')}")
