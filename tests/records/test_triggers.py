"""A trigger over what is known of the lease itself: before the notice date somebody is asked to decide."""

from __future__ import annotations

from datetime import timedelta

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.deleting import delete
from kam.workflow.deadlines import settle
from kam.workflow.triggering import sweep
from tests.records.leases import LEASE
from tests.records.test_deadlines import begun, days, over, state_of
from tests.statements import noting
from tests.stepping import advance


async def test_a_lease_is_brought_up_when_its_notice_date_is_near(leases, cast, now):
    near, _ = await begun(cast, now, notice_on=days(now, 45))
    today, _ = await begun(cast, now, notice_on=days(now, 0))
    far, _ = await begun(cast, now, notice_on=days(now, 46))
    past, _ = await begun(cast, now, starts_on=days(now, -20), notice_on=days(now, -1))
    never, _ = await begun(cast, now)
    draft, _ = await begun(cast, now, sign=False, notice_on=days(now, 10))
    swept = await sweep(now)
    assert (swept.moved, swept.failed) == (2, 0)
    assert [await state_of(one) for one in (near, today)] == ["to_decide"] * 2
    assert [await state_of(one) for one in (far, past, never)] == ["in_force"] * 3
    assert await state_of(draft) == "draft"
    assert (await sweep(now)).moved == 0


async def test_the_facts_of_the_lease_stand_in_its_history(leases, cast, now):
    _, instance = await begun(cast, now, notice_on=days(now, 20))
    await sweep(now)
    step = await DB.fetchrow(
        "SELECT trigger, facts::jsonb -> 'days_to_notice' AS left FROM workflow_step WHERE instance = $1"
        " ORDER BY number DESC LIMIT 1",
        instance,
    )
    assert (step["trigger"], step["left"]) == ("notice_ahead", "20")


async def test_who_lets_it_run_is_not_asked_again_at_once(leases, cast, now):
    record, instance = await begun(cast, now, notice_on=days(now, 40))
    await sweep(now)
    await advance(instance, "let_run", by=cast.alice, now=now)
    assert (await sweep(now + timedelta(days=3))).moved == 0
    assert await state_of(record) == "in_force"


async def test_a_lease_on_which_nobody_decides_runs_on(leases, cast, now):
    notice = days(now, 20)
    record, _ = await begun(cast, now, notice_on=notice)
    await sweep(now)
    await settle(over(notice))
    assert await state_of(record) == "in_force"


async def test_a_deleted_lease_is_not_looked_at(leases, cast, now):
    record, _ = await begun(cast, now, notice_on=days(now, 20))
    await delete(LEASE, record, by=cast.alice, now=now)
    swept = await sweep(now)
    assert (swept.moved, swept.passed) == (0, 0)


async def test_the_trigger_is_one_statement_however_many_match(leases, cast, now):
    await sweep(now)
    with noting() as few:
        await sweep(now)
    for number in range(20):
        await add(LEASE, {"title": str(number)}, by=cast.alice, now=now, customer=cast.acme)
    with noting() as many:
        await sweep(now)
    assert len(many) == len(few)
