"""Changing, assigning, blacklisting, deleting and restoring a customer."""

import json

import pytest

from kam.customers import assigning, blacklisting, editing
from kam.customers.creating import create
from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.records import deleting
from kam.records.finding import find
from tests.racing import at_once


async def test_an_edit_records_only_what_differs(cast, now):
    await editing.edit(cast.acme, {"name": "Acme Industrial", "city": "Kiel"}, by=cast.alice, now=now, revision=1)
    row = await DB.fetchrow("SELECT * FROM record_change WHERE record = $1", cast.acme)
    assert json.loads(row["changes"]) == {"city": ["", "Kiel"]}
    assert (await find(CUSTOMER, cast.alice, cast.acme))["revision"] == 2


async def test_of_two_edits_from_the_same_page_the_second_is_told(cast, now):
    await editing.edit(cast.acme, {"city": "Kiel"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await editing.edit(cast.acme, {"city": "Ulm"}, by=cast.bob, now=now, revision=1)
    assert (await find(CUSTOMER, cast.alice, cast.acme))["city"] == "Kiel"


async def test_a_customer_cannot_become_its_own_grandparent(cast, now):
    child = await create({"name": "Child", "parent": cast.acme}, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refusal:
        await editing.edit(cast.acme, {"parent": child}, by=cast.alice, now=now)
    assert "parent" in refusal.value.fields


async def test_a_taken_code_is_named_and_an_emptied_one_stays(cast, now):
    other = await create({"name": "Other", "code": "X-1"}, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refusal:
        await editing.edit(cast.acme, {"code": "X-1"}, by=cast.alice, now=now)
    assert "code" in refusal.value.fields
    await editing.edit(other, {"code": ""}, by=cast.alice, now=now)
    assert (await find(CUSTOMER, cast.alice, other))["code"] == "X-1"


async def test_the_outsider_and_the_reader_change_nothing(cast, now):
    with pytest.raises(NotFound):
        await editing.edit(cast.acme, {"city": "Kiel"}, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await editing.edit(cast.acme, {"city": "Kiel"}, by=cast.rita, now=now)


async def test_a_manager_gives_a_customer_to_another_owner_of_a_team(cast, now):
    await assigning.assign(cast.acme, owner=cast.bob.id, team=cast.north, by=cast.mona, now=now)
    assert (await find(CUSTOMER, cast.mona, cast.acme))["owner_name"] == "Bob Team"
    with pytest.raises(Invalid):
        await assigning.assign(cast.acme, owner=cast.bob.id, team=cast.south, by=cast.mona, now=now)
    with pytest.raises(Invalid):
        await assigning.assign(cast.acme, owner=cast.rita.id, team=cast.north, by=cast.mona, now=now)
    with pytest.raises(NotAllowed):
        await assigning.assign(cast.acme, owner=cast.alice.id, team=cast.north, by=cast.alice, now=now)


async def test_the_blacklist_wants_a_reason_says_who_and_changes_the_fact(cast, now):
    with pytest.raises(Invalid):
        await blacklisting.blacklist(cast.acme, " ", by=cast.mona, now=now)
    await blacklisting.blacklist(cast.acme, "Does not pay", by=cast.mona, now=now)
    row = await find(CUSTOMER, cast.alice, cast.acme)
    assert (row["blacklist_reason"], row["blacklisted_by"]) == ("Does not pay", cast.mona.id)
    assert await DB.fetchval("SELECT blacklisted FROM customer_fact WHERE customer = $1", cast.acme)
    await blacklisting.clear(cast.acme, by=cast.mona, now=now)
    assert not await DB.fetchval("SELECT blacklisted FROM customer_fact WHERE customer = $1", cast.acme)


async def test_a_deleted_customer_is_gone_until_it_is_restored(cast, now):
    await deleting.delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(CUSTOMER, cast.alice, cast.acme)
    with pytest.raises(NotFound):
        await deleting.restore(CUSTOMER, cast.acme, by=cast.charlie, now=now)
    await deleting.restore(CUSTOMER, cast.acme, by=cast.alice, now=now)
    assert (await find(CUSTOMER, cast.alice, cast.acme))["name"] == "Acme Industrial"


async def test_of_two_who_give_the_same_code_or_key_at_one_moment_one_is_told_so(committed, now):
    cast = committed
    for field in ("code", "external_key"):
        one, other = [await create({"name": name}, by=cast.alice, now=now) for name in ("One", "Other")]
        results = await at_once(*(editing.edit(each, {field: "SAME"}, by=cast.alice, now=now) for each in (one, other)))
        assert [set(result.fields) for result in results if result] == [{field}]


async def test_of_two_put_into_one_team_with_the_same_key_at_one_moment_one_is_told_so(committed, now):
    cast = committed
    made = [
        await create({"name": "N", "external_key": "K"}, by=cast.ada, now=now, team=team)
        for team in (cast.north, cast.south)
    ]
    west = await DB.fetchval("INSERT INTO team (id, name) VALUES (new_id(), 'West') RETURNING id")
    results = await at_once(*(assigning.assign(one, owner=None, team=west, by=cast.ada, now=now) for one in made))
    assert [type(result) for result in results if result] == [Invalid]
