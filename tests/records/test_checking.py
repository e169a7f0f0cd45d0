"""What is wrong with a kind is said before anybody meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam.database.engine import DB
from kam.facts.declare import COUNT, INTEGER, Fact, FactGroup
from kam.kinds import KINDS
from kam.people.tables import Person
from kam.records import checking, standing
from kam.records import fields as f
from kam.records.adding import add
from kam.records.fields import TYPES, Field
from kam.records.kind import OF_CUSTOMER, Kind
from kam.records.parts import Parts
from kam.workflow.registry import current
from tests.records.made_up import VISIT
from tests.server import as_owner


def test_the_kinds_in_force_are_sound(database):
    assert checking.faults(KINDS, current().definitions) == []


async def test_the_database_has_what_the_kinds_need(database):
    assert await standing.faults(KINDS) == []


def test_every_type_of_field_has_its_columns():
    assert checking.COLUMNS.keys() == set(TYPES)


LINES = Parts(
    name="lines", title="Lines", one="Line", table=Person, owner="visit", fields=(Field(name="what", title="What"),)
)
FAULTY: dict[str, tuple[Kind, str]] = {
    "no column": (replace(VISIT, fields=(*VISIT.fields, Field(name="colour", title="Colour"))), "no column `colour`"),
    "another type": (
        replace(VISIT, fields=(*VISIT.fields, Field(name="created_at", title="Day", type=f.DAY))),
        "`created_at` is Timestamptz, not Date",
    ),
    "too narrow": (replace(VISIT, fields=(Field(name="title", title="Title", length=999),)), "its column only 300"),
    "holds no nothing": (
        replace(VISIT, fields=(*VISIT.fields, Field(name="revision", title="Count", type=f.WHOLE))),
        "`revision` must be able to hold nothing",
    ),
    "no such kind": (
        replace(VISIT, fields=(*VISIT.fields, Field(name="owner", title="Of", type=f.RECORD, of="ghost"))),
        "refers to “ghost”",
    ),
    "no currency": (
        replace(VISIT, fields=tuple(replace(one, currency="") for one in VISIT.fields)),
        "`cost` does not say which field holds its currency",
    ),
    "a title that is none": (replace(VISIT, titled="day"), "it is called by `day`"),
    "an order that is none": (replace(VISIT, sort="-colour"), "it is sorted by `colour`"),
    "no such ability": (replace(VISIT, ability="fly"), "“fly” is no ability"),
    "seen by nobody": (replace(VISIT, belongs=None), "“” is no ability"),
    "no workflow": (replace(VISIT, workflow="ghost"), "no workflow “ghost”"),
    "another's workflow": (replace(VISIT, workflow="relationship"), "the workflow “relationship” moves “customer”"),
    "no place for the number": (replace(VISIT, table=Person), "no column `number`"),
    "parts without columns": (replace(VISIT, parts=(LINES,)), "the table `person` has no column `what`"),
    "parts of nobody": (replace(VISIT, parts=(LINES,)), "the table `person` has no column `visit`"),
    "nobody's constraint": (replace(VISIT, taken={"once": ("colour", "Taken.")}), "a unique constraint at `colour`"),
}


@pytest.mark.parametrize("named", FAULTY)
def test_a_faulty_kind_is_told(database, named):
    kind, said = FAULTY[named]
    assert any(said in one for one in checking.faults([kind], current().definitions)), named


def test_two_kinds_of_one_name_are_told(database):
    found = checking.faults([VISIT, VISIT], current().definitions)
    assert found[:2] == [
        "Two kinds of record have the name “visit”.",
        "Two kinds of record have the path “visits”.",
    ]


async def test_what_the_database_lacks_is_told(visits):
    assert await standing.faults([visits]) == []
    async with as_owner():
        for name in ("visit_by_day", "record_visit_search_text"):
            await DB.execute(f"DROP INDEX {name}")
        await DB.execute("DROP SEQUENCE visit_number")
    fact = Fact(name="visits_made_up", title="Visits", unit=COUNT, kind=INTEGER)
    known = replace(
        visits, taken={"nowhere": ("title", "Taken.")}, facts=(FactGroup(name="visits", sql="", facts=(fact,)),)
    )
    told = " ".join(await standing.faults([known]))
    for said in ("begins with `day`", "`search_text`", "`visit_number`", "`visits_made_up`",
                 "`nowhere`"):  # fmt: skip
        assert said in told
    assert "search_grams" not in told and "`title`" not in told


async def test_a_record_without_its_row_and_a_row_without_its_record_are_told(cast, now, visits):
    await DB.execute("INSERT INTO record (id, kind) VALUES (new_id(), 'visit')")
    await DB.execute(
        "INSERT INTO visit (customer, title, created_at, updated_at, number) VALUES ($1, 'Lost', $2, $2, 'V-9')",
        cast.acme,
        now,
    )
    told = " ".join(await standing.faults([visits]))
    assert "1 records have no row" in told and "1 rows of `record` have no record" in told


def test_belonging_needs_its_column(database):
    kind = replace(VISIT, belongs=replace(OF_CUSTOMER, column="whose"))
    assert any("no column `whose`" in one for one in checking.faults([kind], current().definitions))


async def test_a_currency_without_a_rate_is_said_with_how_many_records_are_in_it(visits, cast, now):
    await add(visits, {"title": "Tour", "currency": "CNY"}, by=cast.alice, now=now, customer=cast.acme)
    assert await standing.faults([visits]) == []
    await DB.execute("UPDATE visit SET currency = 'XAU'")
    [said] = await standing.faults([visits])
    assert "1 records are in XAU" in said and "add the rate" in said
