"""Taking steps of a customer's workflows on its page, and its account team."""

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.relationships import staffing
from kam.workflow.history import steps_of


async def state(customer, workflow="relationship"):
    return await DB.fetchval(
        "SELECT state FROM workflow_instance WHERE subject = $1 AND workflow = $2", customer, workflow
    )


async def test_a_blocked_step_is_refused_in_place_with_every_reason_and_what_was_typed(client, cast):
    answer = await (await client(cast.alice)).post(
        f"/customers/{cast.acme}/relationship/steps",
        data={"transition": "develop", "revision": "0", "comment": "We are ready for more"},
    )
    assert answer.status_code == 409
    assert "We are ready for more" in answer.text and await state(cast.acme) == "build"


async def test_a_step_with_its_reason_is_taken_once_even_when_sent_twice(client, cast):
    browser = await client(cast.alice)
    data = {"transition": "end", "revision": "0", "comment": "They moved away", "reason": "need", "request": "r1"}
    first = await browser.post(f"/customers/{cast.acme}/relationship/steps", data=data)
    second = await browser.post(f"/customers/{cast.acme}/relationship/steps", data=data)
    assert (first.status_code, second.status_code) == (303, 303), second.text
    assert await state(cast.acme) == "break"
    assert await DB.fetchval("SELECT count(*) FROM workflow_step") == 1


async def test_the_same_request_with_other_content_is_a_conflict(client, cast):
    alice, address = await client(cast.alice), f"/customers/{cast.acme}/relationship/steps"
    data = {"transition": "end", "revision": "0", "comment": "They moved away", "reason": "need", "request": "r1"}
    assert (await alice.post(address, data=data)).status_code == 303
    for browser, other in ((alice, {"comment": "Other words"}), (await client(cast.mona), {})):
        answer = await browser.post(address, data={**data, **other})
        assert answer.status_code == 409 and "This form was sent before, with other content" in answer.text
        assert (other or data)["comment"] in answer.text
    assert await DB.fetchval("SELECT count(*) FROM workflow_step") == 1


@pytest.mark.parametrize("revision", [None, "", "abc", "1e9", "-"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_step_that_does_not_say_what_was_seen_is_refused(client, cast, revision, accept):
    data = {"transition": "end", "comment": "They moved away", "reason": "need"}
    data |= {} if revision is None else {"revision": revision}
    answer = await (await client(cast.alice)).post(
        f"/customers/{cast.acme}/relationship/steps", data=data, headers={"accept": accept}
    )
    assert answer.status_code == 422 and await state(cast.acme) == "build"
    assert ("They moved away" in answer.text) == (accept == "text/html")


async def test_a_page_that_is_no_longer_true_says_so(client, cast):
    browser = await client(cast.alice)
    data = {"transition": "end", "revision": "0", "comment": "Away", "reason": "need"}
    await browser.post(f"/customers/{cast.acme}/relationship/steps", data=data)
    answer = await browser.post(f"/customers/{cast.acme}/relationship/steps", data=data)
    assert answer.status_code == 409


async def test_a_missing_reason_is_asked_for(client, cast):
    answer = await (await client(cast.alice)).post(
        f"/customers/{cast.acme}/relationship/steps", data={"transition": "end", "revision": "0"}
    )
    assert answer.status_code in (409, 422) and await state(cast.acme) == "build"


async def test_the_outsider_and_the_reader_take_no_step(client, cast):
    data = {"transition": "end", "revision": "0", "comment": "x", "reason": "need"}
    address = f"/customers/{cast.acme}/relationship/steps"
    assert (await (await client(cast.charlie)).post(address, data=data)).status_code == 404
    assert (await (await client(cast.rita)).post(address, data=data)).status_code == 409
    assert await state(cast.acme) == "build"


async def test_the_history_keeps_what_was_known_beside_what_decided_the_step(client, cast):
    """Nothing decides an end; how the relationship could have been developed is known from the stored facts."""
    await DB.execute("UPDATE customer_fact SET orders_12m = 7, feeling_index = -12.5 WHERE customer = $1", cast.acme)
    data = {"transition": "end", "revision": "0", "comment": "Away", "reason": "need"}
    await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=data)
    (step,) = await steps_of(cast.acme)
    assert (step.facts["orders_12m"], step.facts["feeling_index"]) == (7, Decimal("-12.5"))


async def test_a_step_is_decided_by_what_is_so_now_whatever_is_stored(client, cast):
    await DB.execute(
        "UPDATE customer_fact SET contacts_known = 9, orders_12m = 9, has_lead = TRUE WHERE customer = $1", cast.acme
    )
    data = {"transition": "develop", "revision": "0"}
    answer = await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=data)
    assert answer.status_code == 409 and await state(cast.acme) == "build"


async def test_a_workflow_that_is_none_is_not_found(client, cast):
    browser = await client(cast.alice)
    assert (await browser.post(f"/customers/{cast.acme}/alchemy/steps", data={"transition": "x"})).status_code == 404


async def test_whoever_joins_the_account_team_counts_in_its_facts(cast, now):
    await staffing.add(cast.acme, cast.bob.id, "lead", by=cast.mona, now=now)
    facts = await DB.fetchrow("SELECT has_lead, team_size FROM customer_fact WHERE customer = $1", cast.acme)
    assert (facts["has_lead"], facts["team_size"]) == (True, 1)


async def test_there_is_one_lead(cast, now):
    await staffing.add(cast.acme, cast.bob.id, "lead", by=cast.mona, now=now)
    await staffing.add(cast.acme, cast.alice.id, "lead", by=cast.mona, now=now)
    leads = await DB.fetch("SELECT person FROM account_member WHERE position = 'lead' AND until IS NULL")
    assert [row["person"] for row in leads] == [cast.alice.id]


async def test_joining_twice_is_joining_once_and_leaving_ends_it(cast, now):
    first = await staffing.add(cast.acme, cast.bob.id, "service", by=cast.mona, now=now)
    assert await staffing.add(cast.acme, cast.bob.id, "service", by=cast.mona, now=now) == first
    await staffing.end(cast.acme, first, by=cast.mona, now=now)
    with pytest.raises(NotFound):
        await staffing.end(cast.acme, first, by=cast.mona, now=now)


async def test_only_known_positions_and_people_who_work_with_customers(cast, now):
    with pytest.raises(Invalid) as refusal:
        await staffing.add(cast.acme, cast.rita.id, "jester", by=cast.mona, now=now)
    assert set(refusal.value.fields) == {"person", "position"}
    with pytest.raises(NotAllowed):
        await staffing.add(cast.acme, cast.bob.id, "lead", by=cast.bob, now=now)
    with pytest.raises(NotFound):
        await staffing.add(cast.acme, cast.bob.id, "lead", by=cast.charlie, now=now)


async def test_the_team_page_adds_and_ends(client, cast):
    browser = await client(cast.mona)
    data = {"person": str(cast.bob.id), "position": "technical"}
    assert (await browser.post(f"/customers/{cast.acme}/team", data=data)).status_code == 303
    assert "Bob Team" in (await browser.get(f"/customers/{cast.acme}/team")).text


async def test_a_position_in_a_place_of_its_own_begins_with_a_capital(client, cast, now):
    await staffing.add(cast.acme, cast.bob.id, "lead", by=cast.mona, now=now)
    browser = await client(cast.mona)
    team = (await browser.get(f"/customers/{cast.acme}/team")).text
    assert "<td>Account lead</td>" in team and ">Technical support</option>" in team
    assert ">Account lead</p>" in (await browser.get(f"/customers/{cast.acme}")).text
