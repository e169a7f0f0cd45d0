"""Opportunities: noted, moved from stage to stage, won, lost with the reason, opened again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.sales import queries
from tests import pursuing
from tests.racing import at_once
from tests.stepping import advance


async def noted(cast, now, **more):
    state = more.pop("state", "")
    values = {"name": "New line", "amount": Decimal(1000), **more}
    return await pursuing.note(cast.acme, values, by=cast.alice, now=now, state=state)


async def known(customer, fact):
    return await DB.fetchval(f"SELECT {fact} FROM customer_fact WHERE customer = $1", customer)


async def instance(opportunity):
    return await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", opportunity)


async def test_an_opportunity_counts_until_it_is_won(cast, now):
    opportunity = await noted(cast, now)
    assert await known(cast.acme, "open_opportunities") == 1
    await pursuing.win(opportunity, by=cast.alice, now=now)
    row = await pursuing.find(cast.alice, opportunity)
    assert (row["state"], row["closed_on"], row["probability"]) == ("won", now.date(), 100)
    assert await known(cast.acme, "open_opportunities") == 0
    assert await known(cast.acme, "opportunities_won_12m") == 1


async def test_what_nobody_has_judged_counts_as_the_workflow_file_says_of_its_stage(cast, now):
    opportunity = await noted(cast, now)
    assert await known(cast.acme, "expected_opportunity_amount") == 100
    await pursuing.move(opportunity, "negotiate", by=cast.alice, now=now)
    assert await known(cast.acme, "expected_opportunity_amount") == 750
    await pursuing.change(opportunity, {"probability": 60}, by=cast.alice, now=now)
    assert await known(cast.acme, "expected_opportunity_amount") == 600


async def test_a_loss_needs_its_reason_and_can_be_opened_again(cast, now):
    opportunity = await noted(cast, now)
    with pytest.raises(Refused):
        await pursuing.lose(opportunity, "  ", by=cast.alice, now=now)
    await pursuing.lose(opportunity, "Too dear", by=cast.alice, now=now)
    row = await pursuing.find(cast.alice, opportunity)
    assert (row["lost_reason"], row["closed_on"], row["probability"]) == ("Too dear", now.date(), 0)
    await pursuing.reopen(opportunity, by=cast.alice, now=now)
    row = await pursuing.find(cast.alice, opportunity)
    assert (row["state"], row["closed_on"], row["lost_reason"], row["probability"]) == ("engaging", None, "", None)


async def test_what_is_decided_is_decided_once(cast, now):
    """Loss, win, win, loss of one opportunity: only the first is a step."""
    opportunity = await noted(cast, now)
    await pursuing.lose(opportunity, "Too dear", by=cast.alice, now=now)
    for step, said in (("win", {}), ("win", {}), ("lose", {"lost_reason": "Again"})):
        with pytest.raises(Refused):
            await pursuing.move(opportunity, step, by=cast.alice, now=now, **said)
    row = await pursuing.find(cast.alice, opportunity)
    assert (row["state"], row["lost_reason"], row["revision"]) == ("lost", "Too dear", 2)


async def test_a_win_and_a_loss_at_one_moment_are_one_of_them(committed, now):
    cast = committed
    opportunity = await noted(cast, now)
    tried = await at_once(
        pursuing.win(opportunity, by=cast.alice, now=now),
        pursuing.lose(opportunity, "Too dear", by=cast.alice, now=now),
    )
    assert sorted(isinstance(one, Refused | Stale) for one in tried) == [False, True]
    row = await DB.fetchrow("SELECT * FROM opportunity WHERE id = $1", opportunity)
    assert (row["state"] == "lost") == (row["lost_reason"] == "Too dear")
    assert await DB.fetchval("SELECT count(*) FROM workflow_step s JOIN workflow_instance i ON i.id = s.instance "
                             "WHERE i.subject = $1", opportunity) == 1  # fmt: skip


async def test_it_was_decided_on_the_day_that_somebody_says(cast, now):
    opportunity, day = await noted(cast, now), now.date() - timedelta(days=40)
    await pursuing.win(opportunity, by=cast.alice, now=now, on=day)
    assert (await pursuing.find(cast.alice, opportunity))["closed_on"] == day
    other = await noted(cast, now)
    with pytest.raises(Invalid):
        await pursuing.move(other, "win", by=cast.alice, now=now, closed_on="0001-01-01")
    assert (await pursuing.find(cast.alice, other))["state"] == "prospecting"


async def test_one_may_begin_in_any_open_stage_and_in_no_other(cast, now):
    late = await noted(cast, now, state="negotiating")
    assert (await pursuing.find(cast.alice, late))["state"] == "negotiating"
    assert await DB.fetchval("SELECT begun_in FROM workflow_instance WHERE subject = $1", late) == "negotiating"
    with pytest.raises(Invalid):
        await noted(cast, now, state="won")


async def test_nobody_overwrites_unseen_and_outsiders_find_nothing(cast, now):
    opportunity = await noted(cast, now)
    await pursuing.change(opportunity, {"name": "Renamed"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await pursuing.change(opportunity, {"name": "Lost update"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await pursuing.win(opportunity, by=cast.alice, now=now, revision=1)
    with pytest.raises(NotFound):
        await pursuing.win(opportunity, by=cast.charlie, now=now)


async def test_in_a_customers_currency_where_nobody_says_another(cast, now):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    assert (await pursuing.find(cast.alice, await noted(cast, now)))["currency"] == "CNY"
    with pytest.raises(Invalid):
        await noted(cast, now, currency="JPY", amount=Decimal("100.50"))


async def test_the_pages_serve_the_owner_and_nobody_else(client, cast, now):
    opportunity = await noted(cast, now)
    alice, charlie = await client(cast.alice), await client(cast.charlie)
    for path in (
        "/opportunities",
        "/opportunities/board",
        f"/opportunities/{opportunity}",
        f"/opportunities/{opportunity}/edit",
        "/opportunities/new",
    ):
        assert (await alice.get(path)).status_code == 200, path
    assert "New line" in (await alice.get("/opportunities/board")).text
    assert "New line" not in (await charlie.get("/opportunities/board")).text
    for path in ("", "/edit"):
        assert (await charlie.get(f"/opportunities/{opportunity}{path}")).status_code == 404
    assert (await charlie.post(f"/opportunities/{opportunity}/deletion")).status_code == 404
    step = f"/instances/{await instance(opportunity)}/steps"
    assert (await charlie.post(step, data={"transition": "win", "revision": "1"})).status_code == 404


async def test_the_list_is_narrowed_to_a_state_and_to_the_name_of_the_customer(client, cast, now):
    await noted(cast, now, name="Early")
    await noted(cast, now, name="Late", state="negotiating")
    alice = await client(cast.alice)
    only = (await alice.get("/opportunities?state=negotiating")).text
    assert "Late" in only and ">Early<" not in only
    assert "Late" in (await alice.get("/opportunities?q=acme+indus")).text
    board = (await alice.get("/opportunities/board?q=late")).text
    assert "Late" in board and ">Early<" not in board and board.index("Proposing") < board.index("Negotiating")


async def test_a_loss_without_a_reason_is_explained_at_its_field(client, cast, now):
    opportunity, alice = await noted(cast, now), await client(cast.alice)
    step, page = f"/instances/{await instance(opportunity)}/steps", f"/opportunities/{opportunity}"
    data = {"transition": "lose", "revision": "1", "closed_on": "2026-06-01", "next": page}
    answer = await alice.post(step, data=data)
    assert answer.status_code in (409, 422) and "2026-06-01" in answer.text and "Why it was lost" in answer.text
    assert (await alice.post(step, data=data | {"lost_reason": "Too dear"})).status_code == 303
    shown = (await alice.get(page)).text
    assert "Too dear" in shown and "Lost" in shown and "Open again" in shown


async def test_forms_explain_what_is_missing(client, cast, now):
    alice = await client(cast.alice)
    data = {"name": "", "customer": str(cast.acme), "currency": "EUR", "state": "won", "amount": "-1"}
    answer = await alice.post("/opportunities", data=data)
    assert answer.status_code == 422 and "Please fill this in." in answer.text
    answer = await alice.post("/opportunities", data=data | {"name": "Nice", "amount": "1"})
    assert answer.status_code == 422 and "Nothing begins in this state." in answer.text
    created = await alice.post("/opportunities", data=data | {"name": "Nice", "amount": "1", "state": "engaging"})
    assert created.status_code == 303
    assert await DB.fetchval("SELECT state FROM opportunity WHERE name = 'Nice'") == "engaging"


async def test_what_earlier_histories_call_its_stage_is_told_as_its_state(client, cast, now):
    opportunity = await noted(cast, now)
    await DB.execute(
        "INSERT INTO record_change (id, record_kind, record, customer, event, changes, at) VALUES (new_id(),"
        """ 'opportunity', $1, $2, 'changed', '{"stage": ["engaging", "proposing"]}', $3)""",
        opportunity, cast.acme, now,
    )  # fmt: skip
    browser = await client(cast.alice)
    for page in (f"/opportunities/{opportunity}", f"/customers/{cast.acme}/history"):
        assert "Stage: Engaging → Proposing" in (await browser.get(page)).text


async def test_the_timeline_tells_it_under_the_day_on_which_it_was_engaged(client, cast, now):
    await noted(cast, now, engaged_on=now.date() - timedelta(days=90))
    page = (await (await client(cast.alice)).get(f"/customers/{cast.acme}?show=opportunity")).text
    assert page.count("Opportunity: New line") == 1 and "€1,000" in page


async def test_the_customer_page_gets_opportunities_of_customers_one_sees(cast, now):
    await noted(cast, now)
    assert [row["name"] for row in await queries.open_opportunities(cast.alice, cast.acme)] == ["New line"]
    assert await queries.open_opportunities(cast.charlie, cast.acme) == []


async def test_the_customers_page_groups_open_opportunities_by_stage_the_closest_first(client, cast, now):
    browser, address = await client(cast.alice), f"/customers/{cast.acme}/sales"
    assert "Nothing was sold yet" in (await browser.get(address)).text
    for name, state, expected in (("New line", "prospecting", None), ("Retrofit", "negotiating", now.date())):
        await noted(cast, now, name=name, state=state, amount=Decimal(500), expected_on=expected)
    page = (await browser.get(address)).text
    assert page.index("Negotiating") < page.index("Retrofit") < page.index("Prospecting") < page.index("New line")
    assert "€500" in page and "No order in the last twelve months." in page
    assert "Retrofit" in (await browser.get(f"/customers/{cast.acme}")).text
    assert (await (await client(cast.charlie)).get(address)).status_code == 404


async def test_a_step_of_a_stage_leaves_the_next_ones(cast, now):
    opportunity = await noted(cast, now)
    step = await advance(await instance(opportunity), "propose", by=cast.alice, now=now)
    assert (step.from_state, step.to_state) == ("prospecting", "proposing")
    with pytest.raises(Refused):
        await advance(await instance(opportunity), "propose", by=cast.alice, now=now)
