"""What a guard refuses is refused by every way in, with all reasons; who may go beyond it says why, and it is told."""

from __future__ import annotations

import pytest

from kam.customers.blacklisting import blacklist
from kam.database.engine import DB
from kam.errors import Refused
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find
from kam.sales.kind import OPPORTUNITY
from tests.importing.bringing import bring
from tests.racing import at_once
from tests.records.guarded import BARRED, CROWD, guarding

HEADER = "Customer,Purpose of the visit,Guests\n"


@pytest.fixture
async def of_acme(visits, cast, now):
    """`await of_acme(guests=11)` adds a visit, by Alice unless somebody else is named."""

    async def visit(by=cast.alice, *, remark="", **values):
        said = {"title": "Tour", **values}
        return await add(visits, said, by=by, now=now, customer=cast.acme, remark=remark)

    return visit


async def told(record) -> list:
    rows = await DB.fetch("SELECT changes, by FROM record_change WHERE record = $1 AND event = 'let_through'", record)
    return [(row["changes"], row["by"]) for row in rows]


async def test_a_new_record_is_refused_with_the_value_the_need_and_who_may_go_beyond(of_acme):
    with guarding(CROWD), pytest.raises(Refused) as refused:
        await of_acme(guests=11)
    said = " ".join(map(str, refused.value.blockers))
    assert "11" in said and "at most 10" in said and "Manager can go beyond this" in said
    assert await DB.fetchval("SELECT count(*) FROM visit") == 0


async def test_who_may_go_beyond_says_why_and_the_history_keeps_it(of_acme, cast):
    with guarding(CROWD):
        with pytest.raises(Refused) as refused:
            await of_acme(cast.mona, guests=11)
        assert [one.code for one in refused.value.blockers][-1] == "remark"
        visit = await of_acme(cast.mona, guests=11, remark=" The fair ")
    [(changes, by)] = await told(visit)
    assert '"The fair"' in changes and '"crowd"' in changes and by == cast.mona.id


async def test_a_remark_of_somebody_else_lets_nothing_through(of_acme):
    with guarding(CROWD), pytest.raises(Refused):
        await of_acme(guests=11, remark="Please")


async def test_a_guard_without_roles_is_final(of_acme, cast, now):
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    with guarding(BARRED):
        with pytest.raises(Refused) as refused:
            await of_acme(cast.mona, remark="All the same")
        assert {one.fact for one in refused.value.blockers} == {"blacklisted"}
        assert refused.value.blockers[0].link == f"/customers/{cast.acme}"


async def test_a_change_is_held_to_a_guard_of_that_field_only(of_acme, visits, cast, now):
    visit = await of_acme(guests=11)
    with guarding(CROWD):
        await edit(visits, visit, {"title": "Grand tour"}, by=cast.alice, now=now)
        with pytest.raises(Refused):
            await edit(visits, visit, {"guests": 12}, by=cast.alice, now=now)
        await edit(visits, visit, {"guests": 12}, by=cast.mona, now=now, remark="They insist")
        assert len(await told(visit)) == 1
        await edit(visits, visit, {"guests": 9}, by=cast.alice, now=now)
    assert (await find(visits, cast.alice, visit))["guests"] == 9


async def test_restoring_is_like_making_anew(of_acme, visits, cast, now):
    visit = await of_acme(guests=11)
    await delete(visits, visit, by=cast.alice, now=now)
    with guarding(CROWD):
        with pytest.raises(Refused):
            await restore(visits, visit, by=cast.alice, now=now)
        assert await DB.fetchval("SELECT deleted_at IS NOT NULL FROM visit WHERE id = $1", visit)
        await restore(visits, visit, by=cast.mona, now=now, remark="It was agreed")
    assert len(await told(visit)) == 1


async def test_what_is_over_is_not_bound(of_acme, cast, now):
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    with guarding(BARRED.replace('"open"', '"done"')):
        assert await of_acme()


async def test_a_file_is_refused_line_by_line_with_the_same_reasons(visits, cast):
    with guarding(CROWD):
        report = await bring("visits", f"{HEADER}C-ACME,A,3\nC-ACME,B,11\nC-ACME,C,12\n", cast.alice)
        assert report.records["visits"]["new"] == 1
        failed = report.failed_rows.decode("utf-8-sig")
    assert failed.count("at most 10") == 2 and "Guests: 11" in failed and "Guests: 12" in failed
    assert await DB.fetch("SELECT title FROM visit") == [("A",)]


async def test_a_change_by_file_is_refused_too(visits, of_acme, cast):
    visit = await of_acme(guests=5)
    number = await DB.fetchval("SELECT number FROM visit WHERE id = $1", visit)
    with guarding(CROWD):
        report = await bring("visits", f"Number,{HEADER}{number},C-ACME,Tour,11\n", cast.alice)
    assert report.records["visits"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert "Guests: 11" in report.failed_rows.decode("utf-8-sig")
    assert await DB.fetchval("SELECT guests FROM visit") == 5


async def test_history_that_comes_by_file_is_let_in_with_a_remark(visits, cast, now):
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    with guarding(BARRED.replace('"open"', '"done"')):
        report = await bring("visits", f"{HEADER}C-ACME,Old,3\n", cast.alice)
        assert report.findings == {"past:barred": 1}
    assert report.records["visits"]["new"] == 1


async def test_of_two_at_one_moment_only_one_is_within_what_the_guard_allows(committed, now):
    """What the guard asks counts in what another has just written: whose record it is, is held."""
    text = CROWD.replace('kind = "visit"', 'kind = "opportunity"').replace('fields = ["guests"]', 'meanings = ["open"]')
    alone = '{ fact = "open_opportunities", at_most = 1 }'
    text = "\n".join(f"guard = {alone}" if line.startswith("guard") else line for line in text.splitlines())
    said = {"name": "Line 3", "currency": "EUR"}
    with guarding(text):
        tried = await at_once(
            *(add(OPPORTUNITY, said, by=committed.alice, now=now, customer=committed.acme) for _ in range(3))
        )
    assert sorted(isinstance(one, Refused) for one in tried) == [False, True, True], tried
    assert await DB.fetchval("SELECT count(*) FROM opportunity") == 1
