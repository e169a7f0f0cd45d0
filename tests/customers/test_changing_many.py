"""Changing many customers at once: the verbs and permissions of one, and a result for each."""

from kam.customers.changing_many import Wanted, change_many
from kam.customers.creating import create
from kam.database.engine import DB


async def owner_of(customer):
    return await DB.fetchval("SELECT owner FROM customer WHERE id = $1", customer)


async def test_every_customer_gets_its_own_result_and_a_refusal_stops_no_other(cast, now):
    outcomes = await change_many([cast.omega, cast.acme], Wanted(owner=cast.bob.id), by=cast.mona, now=now)
    assert [bool(one.refused) for one in outcomes] == [True, False]
    assert await owner_of(cast.acme) == cast.bob.id and await owner_of(cast.omega) == cast.charlie.id


async def test_who_may_not_assign_one_customer_may_not_assign_many(cast, now):
    (outcome,) = await change_many([cast.acme], Wanted(owner=cast.bob.id), by=cast.alice, now=now)
    assert "role" in outcome.refused and await owner_of(cast.acme) == cast.alice.id


async def test_a_refused_owner_leaves_the_tag_away_too(cast, now):
    await change_many([cast.acme], Wanted(owner=cast.bob.id, tag="fair"), by=cast.alice, now=now)
    assert await DB.fetchval("SELECT tags FROM customer WHERE id = $1", cast.acme) == []


async def test_a_tag_is_added_beside_the_others_and_recorded(cast, now):
    other = await create({"name": "Other", "tags": ["old"]}, by=cast.alice, now=now)
    for _ in range(2):
        await change_many([other, cast.acme], Wanted(tag="fair"), by=cast.alice, now=now)
    assert await DB.fetchval("SELECT tags FROM customer WHERE id = $1", other) == ["fair", "old"]
    changes = "SELECT count(*) FROM record_change WHERE record = $1 AND event = 'changed'"
    assert await DB.fetchval(changes, other) == 1


async def test_the_page_asks_what_to_change_and_tells_each_result(client, cast):
    browser = await client(cast.mona)
    assert 'action="/customers/bulk"' in (await browser.get("/customers")).text
    asked = await browser.post("/customers/bulk", data={"ids": [str(cast.acme)], "do": "look"})
    assert asked.status_code == 200 and "Acme Industrial" in asked.text
    said = {"ids": [str(cast.acme)], "do": "change", "owner": str(cast.rita.id)}
    refused = (await browser.post("/customers/bulk", data=said)).text
    assert "Refused" in refused and "0 customers were changed." in refused
    done = (await browser.post("/customers/bulk", data=said | {"owner": str(cast.bob.id)})).text
    assert "1 customer was changed." in done and await owner_of(cast.acme) == cast.bob.id


async def test_nothing_chosen_and_nothing_ticked_explain_themselves(client, cast):
    browser = await client(cast.mona)
    answer = await browser.post("/customers/bulk", data={"ids": [str(cast.acme)], "do": "change"})
    assert answer.status_code == 422 and "Choose an owner or a team" in answer.text
    assert (await browser.post("/customers/bulk", data={"do": "change", "ids": ["x"]})).status_code == 303


async def test_the_file_of_the_ticked_has_only_those_that_the_viewer_sees(client, cast):
    browser = await client(cast.rita)
    said = {"ids": [str(cast.acme), str(cast.omega)], "do": "export"}
    answer = await browser.post("/customers/bulk", data=said)
    assert "Acme Industrial" in answer.text and "Omega" not in answer.text


async def test_who_only_reads_changes_nothing(client, cast):
    said = {"ids": [str(cast.acme)], "do": "change", "tag": "x"}
    assert (await (await client(cast.rita)).post("/customers/bulk", data=said)).status_code == 403
