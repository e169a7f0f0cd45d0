"""Taking in a new customer."""

import pytest

from kam.customers.creating import create
from kam.customers.queries import find, same_name, similar
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.workflow.registry import current


async def test_a_new_customer_gets_the_next_code_its_creator_as_owner_and_their_team(cast, now):
    first = await find(cast.alice, await create({"name": "Nordwind"}, by=cast.alice, now=now))
    second = await find(cast.alice, await create({"name": "Südwind"}, by=cast.alice, now=now))
    assert first["code"].startswith("C-") and int(second["code"][2:]) == int(first["code"][2:]) + 1
    assert (first["owner"], first["team"]) == (cast.alice.id, cast.north)


async def test_a_new_customer_stands_in_every_workflow_and_has_facts_and_a_history(cast, now):
    customer = await create({"name": "Nordwind", "tags": ["b", "a", "a "]}, by=cast.alice, now=now)
    states = await DB.fetch("SELECT workflow, state FROM workflow_instance WHERE subject = $1", customer)
    expected = {definition.name: definition.initial for definition in current().of_subject("customer")}
    assert {row["workflow"]: row["state"] for row in states} == expected
    assert await DB.fetchval("SELECT stage FROM customer_fact WHERE customer = $1", customer) == "build"
    history = await DB.fetchrow("SELECT * FROM record_change WHERE record = $1", customer)
    assert (history["event"], history["by"]) == ("created", cast.alice.id)
    assert await DB.fetchval("SELECT tags FROM customer WHERE id = $1", customer) == ["a", "b"]


async def test_a_code_given_by_hand_is_kept_and_must_be_free(cast, now):
    await create({"name": "One", "code": "KEY-1"}, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refusal:
        await create({"name": "Two", "code": "KEY-1"}, by=cast.alice, now=now)
    assert set(refusal.value.fields) == {"code"}


async def test_a_generated_code_passes_over_one_that_was_given_by_hand(cast, now):
    last = int(await DB.fetchval("SELECT nextval('customer_code')"))
    await create({"name": "By hand", "code": f"C-{last + 1:06}"}, by=cast.alice, now=now)
    made = await find(cast.alice, await create({"name": "By rule"}, by=cast.alice, now=now))
    assert made["code"] == f"C-{last + 2:06}"


async def test_every_fault_is_named_at_once(cast, now):
    with pytest.raises(Invalid) as refusal:
        await create({"name": " ", "email": "nobody", "kind": "alien", "credit_limit": -1}, by=cast.alice, now=now)
    assert set(refusal.value.fields) == {"name", "email", "kind", "credit_limit"}


async def test_a_reader_may_not_create_and_nobody_gives_a_customer_away_without_being_a_manager(cast, now):
    with pytest.raises(NotAllowed):
        await create({"name": "Nordwind"}, by=cast.rita, now=now)
    with pytest.raises(NotAllowed):
        await create({"name": "Nordwind"}, by=cast.alice, now=now, owner=cast.bob.id)
    made = await create({"name": "Nordwind"}, by=cast.mona, now=now, owner=cast.bob.id)
    assert (await find(cast.bob, made))["owner"] == cast.bob.id


async def test_the_parent_must_be_visible(cast, now):
    with pytest.raises(Invalid) as refusal:
        await create({"name": "Daughter", "parent": cast.omega}, by=cast.alice, now=now)
    assert "parent" in refusal.value.fields


async def test_the_same_name_in_another_spelling_is_recognised_but_only_among_visible_customers(cast, now):
    assert [row["id"] for row in await same_name(cast.alice, "ACME  Industrial, Ltd.")] == [cast.acme]
    assert [row["id"] for row in await same_name(cast.alice, "顶点工业有限公司")] == [cast.acme]
    assert await same_name(cast.charlie, "Acme Industrial") == []
    assert cast.acme in [row["id"] for row in await similar(cast.alice, "Acme Industr")]
    assert cast.acme in [row["id"] for row in await similar(cast.alice, "顶点")]


async def test_naughty_text_stays_text(cast, now):
    name = "Robert'); DROP TABLE customer;-- <script>alert(1)</script> ${7*7} 顧客\u202e"
    made = await create({"name": name + "\x00"}, by=cast.alice, now=now)
    assert (await find(cast.alice, made))["name"] == name


async def test_the_outsider_does_not_find_it(cast, now):
    made = await create({"name": "Nordwind"}, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(cast.charlie, made)
