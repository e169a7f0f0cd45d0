"""What waits for a decision, found by SQL, is what the engine would let one decide."""

from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.plans.approvals import count_waiting_on, waiting, waiting_on
from kam.records.deleting import delete
from kam.relationships import staffing
from kam.workflow.options import instance_of
from tests.placing import place
from tests.stepping import advance


async def mine(viewer, now):
    """What the engine says, asked one by one."""
    return [one.decide.instance for one in await waiting(viewer, now=now) if one.mine]


async def agrees(viewer, now):
    found = [one.decide.instance for one in await waiting_on(viewer, now=now)]
    assert found == await mine(viewer, now) and len(found) == await count_waiting_on(viewer)
    return len(found)


async def test_a_submitted_plan_waits_on_managers_who_did_not_write_it(ready, cast, now):
    for person in (cast.mona, cast.ada, cast.alice, cast.bob, cast.rita, cast.charlie):
        assert await agrees(person, now) == 0
    await advance((await plan_instance(ready)), "submit", by=cast.alice, now=now)
    for person, count in ((cast.mona, 1), (cast.ada, 1), (cast.alice, 0), (cast.bob, 0), (cast.rita, 0)):
        assert await agrees(person, now) == count, person.name
    assert await agrees(cast.charlie, now) == 0


async def test_whoever_edited_a_plan_or_brought_it_does_not_decide_it(ready, cast, now):
    instance = await plan_instance(ready)
    await advance(instance, "submit", by=cast.alice, now=now)
    await DB.execute("INSERT INTO plan_editor (id, plan, person) VALUES (new_id(), $1, $2)", ready, cast.mona.id)
    assert (await agrees(cast.mona, now), await agrees(cast.ada, now)) == (0, 1)


async def test_a_plan_that_was_sent_back_stands_on_its_authors_desk_with_what_is_to_be_mended(ready, cast, client, now):
    instance, alice = await plan_instance(ready), await client(cast.alice)
    await advance(instance, "submit", by=cast.alice, now=now)
    await advance(instance, "send_back", by=cast.mona, now=now, comment="Say more about the market.")
    desk = (await alice.get("/")).text
    assert "Sent back to you" in desk
    assert f'<a href="/plans/{ready}">Growing together – Say more about the market.' in desk
    for other in (cast.mona, cast.bob, cast.charlie):
        assert "Sent back to you" not in (await (await client(other)).get("/")).text
    await advance(instance, "submit", by=cast.alice, now=now)
    await advance(instance, "recall", by=cast.alice, now=now)
    assert "Sent back to you" not in (await alice.get("/")).text


async def test_a_deleted_customer_waits_on_nobody(ready, cast, now):
    await advance(await plan_instance(ready), "submit", by=cast.alice, now=now)
    await delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    assert await agrees(cast.mona, now) == 0


async def test_a_designation_waits_on_managers_other_than_the_owner_once_it_has_a_lead(cast, now):
    instance = await instance_of("designation", cast.acme)
    await place(instance.id, "proposed")
    assert await agrees(cast.mona, now) == 0  # nobody leads the account yet
    await staffing.add(cast.acme, cast.alice.id, "lead", by=cast.mona, now=now)
    assert (await agrees(cast.mona, now), await agrees(cast.alice, now)) == (1, 0)
    await DB.execute("UPDATE customer SET owner = $2 WHERE id = $1", cast.acme, cast.mona.id)
    assert (await agrees(cast.mona, now), await agrees(cast.ada, now)) == (0, 1)


async def plan_instance(plan):
    return await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", plan)
