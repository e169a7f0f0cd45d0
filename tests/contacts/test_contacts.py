"""Contacts: several customers may have one, each by a role of its own."""

from __future__ import annotations

import pytest

from kam.contacts import mapping, queries
from kam.contacts.kind import CONTACT, ROLE
from kam.customers.creating import create
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find, links_seen
from tests.meeting import met, placed, role_of, said_there
from tests.racing import at_once

KNOWN = "SELECT contacts_known, champions FROM customer_fact WHERE customer = $1"


async def test_a_new_contact_counts_in_the_facts_of_its_customer(cast, now):
    await met(cast.acme, stance="champion", by=cast.sam, now=now)
    assert tuple(await DB.fetchrow(KNOWN, cast.acme)) == (1, 1)


async def test_several_customers_have_a_contact_with_a_role_at_each(cast, now):
    other = await create({"name": "Other"}, by=cast.alice, now=now)
    contact = await met(cast.acme, job="Buyer", by=cast.alice, now=now)
    role = await placed(contact, other, job="Director", by=cast.alice, now=now)
    assert {row["job"] for row in await links_seen(CONTACT, cast.alice, contact)} == {"Buyer", "Director"}
    with pytest.raises(Invalid) as refused:
        await placed(contact, other, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"contact"}
    await delete(ROLE, role, by=cast.alice, now=now)
    assert tuple(await DB.fetchrow(KNOWN, other)) == (0, 0)
    with pytest.raises(Invalid):
        await delete(ROLE, await role_of(contact, cast.acme), by=cast.alice, now=now)
    assert [row["job"] for row in await links_seen(CONTACT, cast.alice, contact)] == ["Buyer"]
    await restore(ROLE, role, by=cast.alice, now=now)
    assert tuple(await DB.fetchrow(KNOWN, other)) == (1, 0)


async def test_a_role_that_ended_can_begin_anew_and_then_the_old_one_stays_away(cast, now):
    other = await create({"name": "Other"}, by=cast.alice, now=now)
    contact = await met(cast.acme, by=cast.alice, now=now)
    old = await placed(contact, other, by=cast.alice, now=now)
    await delete(ROLE, old, by=cast.alice, now=now)
    await placed(contact, other, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refused:
        await restore(ROLE, old, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"contact"}


async def test_a_role_stays_that_of_its_contact(cast, now):
    one, other = [await met(cast.acme, name, by=cast.alice, now=now) for name in ("One", "Other")]
    with pytest.raises(Invalid) as refused:
        await said_there(one, cast.acme, contact=other, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"contact"}


async def test_every_fault_of_contact_and_role_is_told_at_once_and_nothing_is_kept(cast, now):
    foreign = await met(cast.omega, by=cast.charlie, now=now)
    with pytest.raises(Invalid) as refused:
        await met(cast.acme, "", email="x", by=cast.alice, now=now)
    assert set(refused.value.fields) == {"name", "email"}
    for wrong in ({"influence": 6}, {"stance": "foe"}, {"reports_to": foreign}, {"owner": cast.rita.id}):
        with pytest.raises(Invalid) as refused:
            await met(cast.acme, by=cast.alice, now=now, **wrong)
        assert set(refused.value.fields) == set(wrong)
    assert await DB.fetchval("SELECT count(*) FROM contact") == 1


async def test_of_two_edits_from_the_same_page_the_second_is_told(cast, now):
    contact = await met(cast.acme, by=cast.alice, now=now)
    role = await role_of(contact, cast.acme)
    for kind, record, values in ((CONTACT, contact, {"name": "Zhang W."}), (ROLE, role, {"stance": "opponent"})):
        await edit(kind, record, values, by=cast.alice, now=now, revision=1)
        with pytest.raises(Stale):
            await edit(kind, record, values, by=cast.bob, now=now, revision=1)


async def test_the_outsider_finds_no_contact_and_the_reader_changes_none(cast, now):
    contact = await met(cast.acme, by=cast.alice, now=now)
    for verb in (find(CONTACT, cast.charlie, contact), delete(CONTACT, contact, by=cast.charlie, now=now),
                 placed(contact, cast.omega, by=cast.charlie, now=now)):  # fmt: skip
        with pytest.raises((NotFound, Invalid)):
            await verb
    with pytest.raises(NotAllowed):
        await edit(CONTACT, contact, {"name": "X"}, by=cast.rita, now=now)
    await placed(contact, cast.omega, by=cast.ada, now=now)
    assert (await find(CONTACT, cast.charlie, contact))["name"] == "Zhang"
    assert [row["customer"] for row in await links_seen(CONTACT, cast.charlie, contact)] == [cast.omega]


async def test_a_deleted_contact_takes_its_roles_along_and_brings_back_no_other(cast, now):
    other = await create({"name": "Other"}, by=cast.alice, now=now)
    third = await create({"name": "Third"}, by=cast.alice, now=now)
    contact = await met(cast.acme, by=cast.alice, now=now)
    for customer in (other, third):
        await placed(contact, customer, by=cast.alice, now=now)
    await delete(ROLE, await role_of(contact, third), by=cast.alice, now=now)
    later = now.replace(microsecond=5)
    await delete(CONTACT, contact, by=cast.alice, now=later)
    assert [tuple(await DB.fetchrow(KNOWN, one)) for one in (cast.acme, other)] == [(0, 0), (0, 0)]
    assert await DB.fetchval("SELECT count(*) FROM record WHERE kind LIKE 'contact%' AND deleted_at IS NULL") == 0
    with pytest.raises(Invalid):
        await restore(ROLE, await role_of(contact, other), by=cast.alice, now=later)
    await restore(CONTACT, contact, by=cast.alice, now=later)
    assert [(await DB.fetchrow(KNOWN, one))[0] for one in (cast.acme, other, third)] == [1, 1, 0]


async def test_another_name_is_that_of_the_roles_too_and_told_once(cast, now):
    other = await create({"name": "Other"}, by=cast.alice, now=now)
    contact = await met(cast.acme, by=cast.alice, now=now)
    await placed(contact, other, by=cast.alice, now=now)
    await edit(CONTACT, contact, {"name": "Zhang Wei"}, by=cast.alice, now=now)
    rows = await DB.fetch("SELECT name, revision FROM contact_role")
    assert {(row["name"], row["revision"]) for row in rows} == {("Zhang Wei", 1)}
    assert await DB.fetchval("SELECT count(*) FROM record WHERE title = 'Zhang Wei'") == 3
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE event = 'changed'") == 1


async def test_two_who_end_the_last_two_roles_at_one_moment_leave_one(committed, now):
    cast = committed
    for number in range(4):
        other = await create({"name": f"Other {number}"}, by=cast.alice, now=now)
        contact = await met(cast.acme, by=cast.alice, now=now)
        roles = [await role_of(contact, cast.acme), await placed(contact, other, by=cast.alice, now=now)]
        results = await at_once(*(delete(ROLE, role, by=cast.alice, now=now) for role in roles))
        assert sorted(type(one).__name__ for one in results) == ["Invalid", "NoneType"]


async def test_whoever_gives_a_role_while_the_contact_is_renamed_or_deleted_leaves_nothing_astray(committed, now):
    cast = committed
    for number in range(6):
        other = await create({"name": f"Other {number}"}, by=cast.alice, now=now)
        contact = await met(cast.acme, by=cast.alice, now=now)
        change = (
            edit(CONTACT, contact, {"name": f"New {number}"}, by=cast.alice, now=now)
            if number % 2
            else delete(CONTACT, contact, by=cast.alice, now=now)
        )
        results = await at_once(placed(contact, other, by=cast.alice, now=now), change)
        assert not [one for one in results if isinstance(one, BaseException) and not isinstance(one, Invalid)]
        astray = await DB.fetchval(
            "SELECT count(*) FROM contact_role r JOIN contact c ON c.id = r.contact"
            " WHERE r.name <> c.name OR r.deleted_at IS DISTINCT FROM c.deleted_at"
        )
        assert astray == 0


async def test_the_same_form_sent_twice_at_once_makes_one_and_another_content_another(committed, now):
    cast = committed
    twice = [met(cast.acme, "Li Na", job="Buyer", key="form", by=cast.alice, now=now) for _ in range(3)]
    assert len(set(await at_once(*twice))) == 1
    more = [met(cast.acme, "Li Na", job=job, key="form", by=cast.alice, now=now) for job in ("Buyer", "Head")]
    assert len(set(await at_once(*more))) == 2
    counts = [await DB.fetchval(f"SELECT count(*) FROM {table}") for table in ("contact", "contact_role")]
    assert counts == [2, 2]


async def test_the_map_draws_everybody_once_and_superiors_above(cast, now):
    boss = await met(cast.acme, "Boss", by=cast.alice, now=now)
    for name in ("Left", "Right"):
        await met(cast.acme, name, reports_to=boss, by=cast.alice, now=now)
    drawn = mapping.drawn(await queries.of_customer(cast.alice, cast.acme))
    heights = {node.person["name"]: node.y for node in drawn.nodes}
    assert len(drawn.nodes) == 3 and len(drawn.lines) == 2
    assert heights["Boss"] < heights["Left"] == heights["Right"]


async def test_a_role_needs_a_customer_and_a_contact_that_is_there(cast, now):
    gone = await met(cast.acme, by=cast.alice, now=now)
    await delete(CONTACT, gone, by=cast.alice, now=now)
    for values in ({}, {"contact": gone}):
        with pytest.raises(Invalid) as refused:
            await add(ROLE, values, by=cast.alice, now=now, customer=cast.acme)
        assert set(refused.value.fields) == {"contact"}
