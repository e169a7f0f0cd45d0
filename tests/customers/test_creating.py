"""Taking in a new customer."""

import pytest

from kam.customers.assigning import assign
from kam.customers.creating import create
from kam.customers.editing import edit
from kam.customers.kind import CUSTOMER
from kam.customers.queries import same_name, similar
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.records.finding import find
from kam.workflow.registry import current
from tests.importing.bringing import bring
from tests.racing import at_once


async def test_a_new_customer_gets_the_next_code_its_creator_as_owner_and_their_team(cast, now):
    first = await find(CUSTOMER, cast.alice, await create({"name": "Nordwind"}, by=cast.alice, now=now))
    second = await find(CUSTOMER, cast.alice, await create({"name": "Südwind"}, by=cast.alice, now=now))
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
    last = int(await DB.fetchval("SELECT nextval('customer_number')"))
    await create({"name": "By hand", "code": f"C-{last + 1:06}"}, by=cast.alice, now=now)
    made = await find(CUSTOMER, cast.alice, await create({"name": "By rule"}, by=cast.alice, now=now))
    assert made["code"] == f"C-{last + 2:06}"


async def test_many_codes_given_by_hand_in_a_row_are_passed_over(cast, now):
    await DB.execute(
        "INSERT INTO customer (id, code, name, created_at, updated_at) "
        "SELECT new_id(), 'C-' || lpad(n::text, 6, '0'), 'By hand', $1, $1 "
        "FROM (SELECT nextval('customer_number') + 1 AS first) s, generate_series(first, first + 1200) n",
        now,
    )
    made = await create({"name": "By rule"}, by=cast.alice, now=now)
    assert await DB.fetchval("SELECT name FROM customer WHERE id = $1", made) == "By rule"


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
    assert (await find(CUSTOMER, cast.bob, made))["owner"] == cast.bob.id


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
    name = "Robert'); DROP TABLE customer;-- <script>alert(1)</script> ${7*7} 顧客"
    made = await create({"name": f"{name}\u202e\x00"}, by=cast.alice, now=now)
    assert (await find(CUSTOMER, cast.alice, made))["name"] == name


async def test_the_outsider_does_not_find_it(cast, now):
    made = await create({"name": "Nordwind"}, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(CUSTOMER, cast.charlie, made)


async def test_the_same_form_sent_twice_makes_one_and_another_owner_is_another_form(cast, now):
    made = [await create({"name": "Nordwind"}, by=cast.mona, now=now, key="k") for _ in range(2)]
    other = await create({"name": "Nordwind"}, by=cast.mona, now=now, key="k", owner=cast.bob.id)
    assert made[0] == made[1] != other


async def test_the_same_form_sent_twice_at_one_moment_makes_one(committed, now):
    cast = committed
    made = await at_once(*(create({"name": "Nordwind"}, by=cast.alice, now=now, key="k") for _ in range(4)))
    assert len(set(made)) == 1 and await DB.fetchval("SELECT count(*) FROM customer WHERE name = 'Nordwind'") == 1


async def test_it_has_its_row_among_all_records_which_follows_what_becomes_of_it(cast, now):
    made = await create({"name": "Nordwind", "code": "NW"}, by=cast.alice, now=now)
    await edit(made, {"name": "Südwind"}, by=cast.alice, now=now)
    await assign(made, owner=cast.bob.id, team=cast.north, by=cast.mona, now=now)
    row = await DB.fetchrow("SELECT * FROM record WHERE id = $1", made)
    found = (row["kind"], row["customer"], row["number"], row["title"], row["owner"])
    assert found == ("customer", made, "NW", "Südwind", cast.bob.id)


async def test_a_file_begins_customers_as_a_form_does(cast, now):
    """With the deadlines of their states, the same facts and the same history."""
    values = {"name": "Nordwind", "city": "Kiel", "employees": 12}
    made = await create({**values, "source": "import"}, by=cast.alice, now=now)
    await bring("customers", "name,city,employees,id\nSüdwind,Kiel,12,S\n", cast.alice)
    brought = await DB.fetchval("SELECT id FROM customer WHERE name = 'Südwind'")
    deadlines, facts, told = [
        [await DB.fetch(sql, one) for one in (made, brought)] for sql in (_DEADLINES, _FACTS, _TOLD)
    ]
    assert deadlines[0] == deadlines[1] and len(deadlines[0]) > 0
    assert facts[0] == facts[1]
    assert {*told[1][0]["names"]} == {*told[0][0]["names"], "external_key"}


_DEADLINES = """
SELECT i.workflow, d.name FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance WHERE i.subject = $1
ORDER BY 1, 2
"""
_FACTS = """
SELECT to_jsonb(f) - '{customer,computed_at,as_of,rank}'::text[] AS facts FROM customer_fact f WHERE customer = $1
"""
_TOLD = "SELECT array(SELECT jsonb_object_keys(changes)) AS names FROM record_change WHERE record = $1"
