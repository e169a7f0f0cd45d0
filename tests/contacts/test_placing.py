"""What follows from whose role it is: nobody reports to those below them, not by two who save at one moment."""

from __future__ import annotations

import itertools

import pytest

from kam.contacts import mapping, queries
from kam.contacts.kind import ROLE
from kam.database.engine import DB
from kam.errors import Invalid
from kam.records.deleting import delete, restore
from kam.trees import circles
from tests.meeting import met, placed, role_of, said_there
from tests.racing import at_once


async def test_nobody_reports_to_somebody_below_them_or_elsewhere(cast, now):
    boss = await met(cast.acme, "Boss", by=cast.alice, now=now)
    clerk = await met(cast.acme, "Clerk", reports_to=boss, by=cast.alice, now=now)
    foreign = await met(cast.omega, "Foreign", by=cast.charlie, now=now)
    for wrong in (clerk, foreign, boss):
        with pytest.raises(Invalid) as refusal:
            await said_there(boss, cast.acme, reports_to=wrong, by=cast.alice, now=now)
        assert set(refusal.value.fields) == {"reports_to"}


async def test_a_role_that_comes_back_closes_no_circle(cast, now):
    boss, clerk = [await met(cast.acme, name, by=cast.alice, now=now) for name in ("Boss", "Clerk")]
    await placed(clerk, cast.omega, by=cast.ada, now=now)
    await said_there(clerk, cast.acme, reports_to=boss, by=cast.alice, now=now)
    gone = await role_of(clerk, cast.acme)
    await delete(ROLE, gone, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await said_there(boss, cast.acme, reports_to=clerk, by=cast.alice, now=now)
    await restore(ROLE, gone, by=cast.alice, now=now)
    rows = await DB.fetch("SELECT * FROM contact_role WHERE customer = $1", cast.acme)
    assert not circles({row["contact"]: row["reports_to"] for row in rows})


async def test_two_who_make_contacts_report_to_each_other_at_one_moment(committed, now):
    cast = committed
    for _ in range(5):
        one, two, three = [await met(cast.acme, "N", by=cast.alice, now=now) for _ in range(3)]
        results = await at_once(
            *(
                said_there(below, cast.acme, reports_to=boss, by=cast.alice, now=now)
                for below, boss in ((one, two), (two, three), (three, one))
            )
        )
        assert [type(result) for result in results if result] == [Invalid]
        assert not circles({row["contact"]: row["reports_to"] for row in await DB.fetch("SELECT * FROM contact_role")})


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_the_contacts_of_a_customer_are_shown_though_they_report_in_a_circle(client, cast, now, size):
    ids = [await met(cast.acme, f"Person {number}", by=cast.alice, now=now) for number in range(size)]
    below = await met(cast.acme, "Person below", reports_to=ids[0], by=cast.alice, now=now)
    for one, boss in itertools.zip_longest(ids, [*ids[1:], ids[0]]):
        await DB.execute("UPDATE contact_role SET reports_to = $2 WHERE contact = $1", one, boss)
    drawn = mapping.drawn(await queries.of_customer(cast.alice, cast.acme))
    assert {node.person["id"] for node in drawn.nodes} == {*ids, below} and len(drawn.lines) == size + 1
    assert len({(node.x, node.y) for node in drawn.nodes}) == size + 1
    browser, pages = await client(cast.alice), f"/customers/{cast.acme}/contacts"
    shown = (await browser.get(pages)).text
    assert all(f"Person {number}" in shown for number in range(size))
    for one in ids:
        assert (await browser.get(f"/contacts/{one}")).status_code == 200
    role = await role_of(ids[0], cast.acme)
    assert (await browser.post(f"/contact-roles/{role}", data={"reports_to": "", "revision": "1"})).status_code == 303
