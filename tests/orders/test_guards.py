"""The guards that are shipped, by every way in: nothing that is still to be delivered is sold to who is blacklisted or
in a break, and beyond the credit limit only a manager goes, and says why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.customers.blacklisting import blacklist
from kam.database.engine import DB
from kam.errors import Refused
from kam.facts.gathering import gather
from kam.orders.kind import ORDER
from kam.orders.returning import take_back
from kam.records.deleting import delete, restore
from kam.workflow.advancing import advance
from kam.workflow.instances import instance_of
from tests.importing.bringing import bring
from tests.ordering import cancel, change, find, line, move, take
from tests.placing import place_in
from tests.racing import at_once

FILE = "order no,customer id,order date,product name,qty,unit price\n"


async def ordered(cast, now, amount=600, *, by=None, **more):
    lines = [line(1, description="Press", price=amount)]
    return await take(cast.acme, lines, ordered_on=now.date(), by=by or cast.alice, now=now, **more)


async def limit(cast, amount=1000):
    await DB.execute("UPDATE customer SET credit_limit = $2 WHERE id = $1", cast.acme, Decimal(amount))


async def known(cast, now):
    names = ["undelivered_amount", "beyond_credit_limit"]
    facts = await gather("customer", cast.acme, as_of=now.date(), names=names)
    return tuple(facts[name] for name in names)


async def told(record) -> list[tuple[str, str]]:
    return await DB.fetch(
        "SELECT changes #>> '{guard,1}' AS guard, changes #>> '{remark,1}' AS remark FROM record_change"
        " WHERE record = $1 AND event = 'let_through'",
        record,
    )


async def test_what_is_still_to_be_delivered_is_known_and_how_far_it_is_beyond_the_limit(cast, now):
    assert await known(cast, now) == (0, 0)
    order = await ordered(cast, now)
    await ordered(cast, now, state="delivered")
    assert await known(cast, now) == (600, 0)
    await limit(cast, 500)
    assert await known(cast, now) == (600, 100)
    await move(order, "deliver", by=cast.alice, now=now)
    assert await known(cast, now) == (0, 0)


async def test_who_is_blacklisted_gets_nothing_more_and_nobody_goes_beyond_it(cast, now):
    before = await ordered(cast, now)
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    for by in (cast.alice, cast.mona, cast.ada):
        with pytest.raises(Refused) as refused:
            await ordered(cast, now, by=by, remark="All the same")
        assert {one.fact for one in refused.value.blockers} == {"blacklisted"}
    with pytest.raises(Refused):
        await change(before, {"lines": [line(9, description="Press", price=9)]}, by=cast.alice, now=now)
    await change(before, {"notes": "Wait"}, by=cast.alice, now=now)
    await take_back(before, by=cast.alice, now=now)
    assert await ordered(cast, now, state="delivered")  # what is over is history


async def test_who_is_in_a_break_gets_nothing_more(cast, now):
    await place_in("relationship", cast.acme, "break")
    with pytest.raises(Refused) as refused:
        await ordered(cast, now)
    assert "Break" in " ".join(map(str, refused.value.blockers))


async def test_beyond_the_credit_limit_only_a_manager_goes_and_says_why(cast, now):
    await limit(cast)
    await ordered(cast, now)
    with pytest.raises(Refused) as refused:
        await ordered(cast, now, remark="Please")
    assert {one.code for one in refused.value.blockers} >= {"role"}
    with pytest.raises(Refused):
        await ordered(cast, now, by=cast.mona)
    order = await ordered(cast, now, by=cast.mona, remark="They have paid the last one")
    assert [tuple(one) for one in await told(order)] == [("credit_limit", "They have paid the last one")]


async def test_an_edit_that_comes_to_more_is_refused_too(cast, now):
    await limit(cast)
    order = await ordered(cast, now)
    more = {"lines": [line(2, description="Press", price=600)]}
    with pytest.raises(Refused):
        await change(order, more, by=cast.alice, now=now)
    assert (await find(cast.alice, order))["total"] == 600
    await change(order, more, by=cast.mona, now=now, remark="Agreed")


async def test_restoring_one_is_like_taking_it(cast, now):
    await limit(cast)
    order = await ordered(cast, now)
    await delete(ORDER, order, by=cast.alice, now=now)
    await ordered(cast, now)
    with pytest.raises(Refused):
        await restore(ORDER, order, by=cast.alice, now=now)
    await restore(ORDER, order, by=cast.mona, now=now, remark="Agreed")
    assert len(await told(order)) == 1


async def test_a_step_that_takes_an_order_up_again_is_held_to_the_same(cast, now):
    await limit(cast)
    cancelled, delivered = await ordered(cast, now), await ordered(cast, now, state="delivered")
    await cancel(cancelled, by=cast.alice, now=now)
    await ordered(cast, now)
    for order, step in ((cancelled, "take_up_again"), (delivered, "take_back_delivery")):
        before = (await find(cast.alice, order))["state"]
        with pytest.raises(Refused) as refused:
            await move(order, step, by=cast.alice, now=now)
        assert {one.fact for one in refused.value.blockers if one.fact} == {"beyond_credit_limit"}
        assert (await find(cast.alice, order))["state"] == before
    held = await instance_of(ORDER.workflow, cancelled)
    seen = (await find(cast.mona, cancelled))["revision"]
    await advance(held.id, "take_up_again", by=cast.mona, now=now, comment="They have paid", revision=seen)
    assert [tuple(one) for one in await told(cancelled)] == [("credit_limit", "They have paid")]
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    with pytest.raises(Refused):
        await move(delivered, "take_back_delivery", by=cast.mona, now=now)


async def test_a_step_forward_is_not_held_to_what_was_decided_when_the_order_was_taken(cast, now):
    order = await ordered(cast, now)
    await limit(cast, 1)
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    for step in ("confirm", "ship", "deliver"):
        await move(order, step, by=cast.alice, now=now)


async def test_pages_and_scripts_are_told_the_same(client, cast, now):
    await limit(cast)
    cancelled = await ordered(cast, now)
    await cancel(cancelled, by=cast.alice, now=now)
    await ordered(cast, now)
    alice, mona = await client(cast.alice), await client(cast.mona)
    form = {"customer": "Acme", "ordered_on": "2026-06-15", "currency": "EUR", "state": "open",
            "lines_description": "Press", "lines_unit_price": "600", "lines_quantity": "1"}  # fmt: skip
    answer = await alice.post("/orders", data=form)
    assert answer.status_code == 409 and "Beyond the credit limit" in answer.text and 'value="Press"' in answer.text
    assert "can go beyond this" in answer.text and 'name="remark"' not in answer.text
    assert 'name="remark"' in (await mona.post("/orders", data=form)).text
    assert (await mona.post("/orders", data=form | {"remark": "Agreed"})).status_code == 303
    instance, seen = await instance_of(ORDER.workflow, cancelled), (await find(cast.alice, cancelled))["revision"]
    said = {"transition": "take_up_again", "revision": seen}
    path = f"/instances/{instance.id}/steps"
    answer = await alice.post(path, data=said)
    assert answer.status_code == 409 and "Beyond the credit limit" in answer.text
    answer = await alice.post(path, json=said, headers={"accept": "application/json"})
    assert answer.status_code == 409 and "credit limit" in answer.text
    assert (await find(cast.alice, cancelled))["state"] == "cancelled"


async def test_history_that_comes_by_file_is_let_in_with_a_remark(cast, now):
    await blacklist(cast.acme, "Never pays", by=cast.mona, now=now)
    report = await bring(
        "orders", f"{FILE}A1,C-ACME,2026-05-04,Press,1,600\nA2,C-ACME,2026-05-05,Press,1,600\n", cast.alice
    )
    assert report.records["orders"]["new"] == 2 and report.findings["past:not_to_be_served"] == 2
    assert await DB.fetchval("SELECT count(*) FROM sales_order WHERE state = 'delivered'") == 2


async def test_of_three_at_one_moment_only_one_is_within_the_limit(committed, now):
    await limit(committed)
    for _ in range(5):
        tried = await at_once(*(ordered(committed, now) for _ in range(3)))
        assert sorted(isinstance(one, Refused) for one in tried) == [False, True, True], tried
        order = next(one for one in tried if not isinstance(one, Refused))
        await move(order, "deliver", by=committed.alice, now=now)


async def test_of_three_taken_up_again_at_one_moment_only_one_is_within_the_limit(committed, now):
    cancelled = [await ordered(committed, now) for _ in range(3)]
    for order in cancelled:
        await cancel(order, by=committed.alice, now=now)
    await limit(committed)
    tried = await at_once(*(move(order, "take_up_again", by=committed.alice, now=now) for order in cancelled))
    assert sorted(isinstance(one, Refused) for one in tried) == [False, True, True], tried
    assert await DB.fetchval("SELECT count(*) FROM sales_order WHERE state = 'open'") == 1


async def test_of_an_order_a_step_and_a_restoration_at_one_moment_only_one_is_within_the_limit(committed, now):
    cancelled, deleted = await ordered(committed, now), await ordered(committed, now)
    await cancel(cancelled, by=committed.alice, now=now)
    await delete(ORDER, deleted, by=committed.alice, now=now)
    await limit(committed)
    tried = await at_once(
        ordered(committed, now),
        move(cancelled, "take_up_again", by=committed.alice, now=now),
        restore(ORDER, deleted, by=committed.alice, now=now),
    )
    assert sorted(isinstance(one, Refused) for one in tried) == [False, True, True], tried
