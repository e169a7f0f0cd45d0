"""Before somebody goes, what they hold is seen; the page and the command follow the same rule."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from kam.customers.editing import edit
from kam.database.engine import DB
from kam.errors import DomainError, Invalid
from kam.leaving import cli
from kam.leaving.deactivating import Holds, deactivate
from kam.leaving.holdings import held_by, mark_of
from kam.people import changing, resetting
from kam.people.roles import ADMINISTRATOR, MANAGER
from kam.people.viewer import Viewer
from kam.plans.freezing import WORKFLOW
from kam.workflow.advancing import advance
from kam.workflow.instances import look_at
from tests.belongings import MARK, belongings
from tests.pursuing import note
from tests.racing import at_once


@pytest.fixture
async def things(cast, now):
    return await belongings(cast, now)


async def active(person) -> bool:
    return await DB.fetchval("SELECT active FROM person WHERE id = $1", person.id)


async def titles(person) -> dict[str, int]:
    return {one.title: one.count for one in await held_by(person.id)}


async def test_everything_that_somebody_holds_is_listed_with_count_names_and_links(cast, things):
    assert await titles(cast.alice) == {
        "Customers that they own": 1,
        "Account teams on which they serve": 1,
        "Plans that they write and nobody has approved yet": 1,
        "Open actions in plans": 1,
        "Next steps that they promised": 2,
        "Opportunities": 1,
        "Cases": 1,
    }
    customers = (await held_by(cast.alice.id))[0]
    assert customers.first == (("Acme Industrial", f"/customers/{cast.acme}"),)
    assert customers.link == f"/customers?owner={cast.alice.id}"


async def test_a_manager_leads_teams_and_decides_alone(cast, things):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.ada.id)
    assert await titles(cast.mona) == {"Approvals that wait for them alone": 1, "Teams that they lead": 1}


async def test_an_approval_that_another_can_give_waits_for_nobody_alone(cast, things, now):
    await DB.execute("UPDATE person SET role = 'manager' WHERE id = $1", cast.bob.id)
    assert "Approvals that wait for them alone" not in await titles(cast.mona)


async def test_the_list_names_three_and_counts_the_others(cast, now):
    for number in range(5):
        await note(cast.acme, {"name": f"Deal {number}", "amount": Decimal(1)}, by=cast.alice, now=now)
    (found,) = [one for one in await held_by(cast.alice.id) if one.title == "Opportunities"]
    assert (found.count, [name for name, _ in found.first]) == (5, [f"Deal {n} – Acme Industrial" for n in range(3)])


async def test_who_holds_something_stays_until_the_list_was_seen(cast, things, now):
    with pytest.raises(Holds) as refused:
        await deactivate(cast.alice.id, by=cast.ada, now=now)
    assert refused.value.holdings and await active(cast.alice)
    await deactivate(cast.alice.id, seen=mark_of(refused.value.holdings), by=cast.ada, now=now)
    assert not await active(cast.alice)


async def test_a_list_that_has_changed_since_is_seen_again(cast, things, now):
    seen = mark_of(await held_by(cast.alice.id))
    await edit(cast.omega, {"name": "Omega"}, by=cast.ada, now=now)
    assert mark_of(await held_by(cast.alice.id)) == seen
    await note(cast.acme, {"name": "One more", "amount": Decimal(1)}, by=cast.alice, now=now)
    with pytest.raises(Holds, match="changed meanwhile"):
        await deactivate(cast.alice.id, seen=seen, by=cast.ada, now=now)
    assert await active(cast.alice)


async def test_who_holds_nothing_goes_at_once(cast, now):
    await deactivate(cast.rita.id, by=cast.ada, now=now)
    assert not await active(cast.rita)


async def test_doing_it_twice_writes_it_once(cast, now):
    for _ in range(2):
        await deactivate(cast.rita.id, by=cast.ada, now=now)
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE record = $1", cast.rita.id) == 1


async def test_the_page_shows_the_list_and_takes_its_mark(client, cast, things):
    browser, place = await client(cast.ada), f"/people/{cast.alice.id}/deactivation"
    shown = await browser.get(place)
    assert shown.status_code == 200 and "Acme Industrial" in shown.text and f"{MARK} deal" in shown.text
    assert (await browser.post(place, data={"seen": ""})).status_code == 422 and await active(cast.alice)
    mark = re.search(r'name="seen" value="(\w+)"', shown.text)[1]
    assert (await browser.post(place, data={"seen": mark})).status_code == 303 and not await active(cast.alice)


async def test_the_page_is_for_administrators(client, cast):
    assert (await (await client(cast.mona)).get(f"/people/{cast.alice.id}/deactivation")).status_code == 403


async def test_the_command_prints_the_list_and_needs_yes(cast, things, now):
    said: list[str] = []
    with pytest.raises(DomainError, match="--yes"):
        await cli.deactivate("ALICE@example.com", yes=False, now=now, say=said.append)
    assert "Customers that they own: 1 (Acme Industrial)" in said and await active(cast.alice)
    await cli.deactivate("alice@example.com", yes=True, now=now, say=said.append)
    assert said[-1] == "alice@example.com can no longer sign in." and not await active(cast.alice)


async def test_the_last_administrator_stays_by_every_door(cast, now):
    for seen in ("", mark_of(await held_by(cast.ada.id))):
        with pytest.raises(Invalid, match="last administrator"):
            await deactivate(cast.ada.id, seen=seen, by=Viewer(cast.bob.id, "Bob", ADMINISTRATOR), now=now)
    with pytest.raises(Invalid, match="last administrator"):
        await cli.deactivate("ada@example.com", yes=True, now=now, say=print)
    with pytest.raises(Invalid, match="last administrator"):
        await resetting.change_role("ada@example.com", MANAGER, now=now)
    assert await active(cast.ada)


@pytest.fixture
async def administrators(committed):
    """Two, seen by every connection; there is no other."""
    await DB.execute("UPDATE person SET role = $2 WHERE id = $1", committed.rita.id, ADMINISTRATOR)
    return [Viewer(one.id, one.name, ADMINISTRATOR) for one in (committed.ada, committed.rita)]


@pytest.mark.parametrize("door", ["deactivation", "role", "command"])
async def test_of_two_administrators_who_let_each_other_go_at_one_moment_one_stays(administrators, now, door):
    async def let_go(person, by):
        if door == "deactivation":
            await deactivate(person.id, by=by, now=now)
        elif door == "role":
            await changing.change(person.id, {"role": MANAGER}, by=by, now=now)
        else:
            email = await DB.fetchval("SELECT email FROM person WHERE id = $1", person.id)
            await resetting.change_role(email, MANAGER, now=now)

    first, second = administrators
    ended = await at_once(let_go(first, second), let_go(second, first))
    assert [type(one) for one in ended if one] == [Invalid]
    left = "SELECT count(*) FROM person WHERE role = $1 AND active"
    assert await DB.fetchval(left, ADMINISTRATOR) == 1


async def test_the_author_is_told_on_plan_and_desk_who_can_decide_now(client, cast, things, now):
    browser = await client(cast.alice)
    plan = (await browser.get(f"/plans/{things.plan}")).text
    assert "Can decide: Ada Administrator and Mona Manager" in plan
    assert "decision has changed hands" not in (await browser.get("/")).text
    await deactivate(cast.mona.id, seen=mark_of(await held_by(cast.mona.id)), by=cast.ada, now=now)
    for path in (f"/plans/{things.plan}", "/"):
        text = (await browser.get(path)).text
        assert "Mona Manager could decide and is no longer here." in text, path
        assert "Can decide: Ada Administrator" in text, path


async def test_the_author_is_told_when_nobody_can_decide(client, cast, things):
    await DB.execute("UPDATE person SET role = 'read_only' WHERE id = ANY($1)", [cast.mona.id, cast.ada.id])
    browser = await client(cast.alice)
    for path in (f"/plans/{things.plan}", "/"):
        assert "Nobody can decide now" in (await browser.get(path)).text, path


async def test_a_plan_that_waits_for_nothing_says_nothing(client, cast, things, now):
    instance = await DB.fetchval(
        "SELECT id FROM workflow_instance WHERE workflow = $1 AND subject = $2", WORKFLOW, things.plan
    )
    revision = (await look_at(instance, None)).revision
    await advance(instance, "recall", by=cast.alice, now=now, revision=revision)
    assert "Can decide" not in (await (await client(cast.alice)).get(f"/plans/{things.plan}")).text
