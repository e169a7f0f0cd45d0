"""A lease is stepped through the one address of all steps, as a form and as JSON, by whoever may see it."""

from __future__ import annotations

from kam.database.engine import DB
from kam.records.adding import add
from kam.web.steps import outlooks_of
from tests.records.leases import LEASE

JSON = {"accept": "application/json"}


async def drafted(cast, now):
    record = await add(LEASE, {"title": "Support"}, by=cast.alice, now=now, customer=cast.acme)
    return record, await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", record)


async def said_with(cast, now, record, transition):
    """What the page of the record sends with a step."""
    [one] = await outlooks_of(cast.alice, record, now=now)
    [option] = [option for option in one.options if option.transition == transition]
    return one.address, {"transition": transition, "revision": option.revision}


async def test_the_page_is_given_every_workflow_of_a_record(leases, cast, now):
    record, instance = await drafted(cast, now)
    [one] = await outlooks_of(cast.alice, record, now=now)
    assert (one.instance, one.definition.name, one.state) == (instance, "leasing", "draft")
    assert [option.transition for option in one.options] == ["sign", "withdraw"]
    assert one.taken == ()


async def test_a_step_is_taken_as_json_and_as_a_form(leases, cast, now, client):
    record, _ = await drafted(cast, now)
    address, said = await said_with(cast, now, record, "sign")
    browser = await client(cast.alice)
    answer = await browser.post(address, json=said, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "in_force"
    address, said = await said_with(cast, now, record, "give_notice")
    answer = await browser.post(address, data={**said, "comment": "They leave us"}, headers=JSON)
    assert answer.json()["state"] == "ending"
    [one] = await outlooks_of(cast.alice, record, now=now)
    assert [(step.by, step.comment) for step in one.taken] == [
        ("Alice Account", "They leave us"),
        ("Alice Account", ""),
    ]


async def test_a_form_goes_on_to_the_page_of_the_record(leases, cast, now, client):
    record, _ = await drafted(cast, now)
    address, said = await said_with(cast, now, record, "sign")
    answer = await (await client(cast.alice)).post(address, data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/leases/{record}")


async def test_who_does_not_see_the_customer_finds_no_such_workflow(leases, cast, now, client):
    record, _ = await drafted(cast, now)
    address, said = await said_with(cast, now, record, "sign")
    answer = await (await client(cast.charlie)).post(address, json=said, headers=JSON)
    assert answer.status_code == 404
    assert (await outlooks_of(cast.alice, record, now=now))[0].state == "draft"


async def test_what_stands_in_the_way_is_told_as_json(leases, cast, now, client):
    record, _ = await drafted(cast, now)
    address, said = await said_with(cast, now, record, "withdraw")
    answer = await (await client(cast.alice)).post(address, json=said, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["A comment is needed: say why."]


async def test_what_is_no_object_of_plain_values_is_refused_with_a_sentence(leases, cast, now, client):
    record, _ = await drafted(cast, now)
    address, _ = await said_with(cast, now, record, "sign")
    browser = await client(cast.alice)
    for body in ("[1, 2]", '{"transition": {"a": 1}}', "{", '"sign"'):
        answer = await browser.post(address, content=body, headers={**JSON, "content-type": "application/json"})
        assert answer.status_code == 422, (body, answer.text)
