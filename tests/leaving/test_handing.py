"""What somebody looked after goes to a successor in the step in which they leave, by page and command alike."""

from __future__ import annotations

import re

import pytest

from kam.database.engine import DB
from kam.errors import Invalid
from kam.kinds import KINDS
from kam.leaving import cli
from kam.leaving.deactivating import deactivate
from kam.leaving.handing import MAY_NOT, THEMSELVES
from kam.leaving.holdings import held_by, kinds, mark_of
from kam.people.owning import NOT_AN_OWNER
from kam.records.editing import edit
from kam.relationships import staffing
from tests.belongings import belongings
from tests.meeting import said_there
from tests.racing import at_once
from tests.records.making import make

STAYS = {"Open actions in plans", "Risks in plans that they watch", "Approvals that wait for them alone"}


@pytest.fixture
async def things(cast, now):
    made = await belongings(cast, now)
    await DB.execute("UPDATE service_case SET owner = $1", cast.alice.id)
    await said_there(made.contact, cast.acme, owner=cast.alice.id, by=cast.alice, now=now)
    await DB.execute("UPDATE membership SET leads = TRUE WHERE person = $1", cast.alice.id)
    await staffing.add(cast.acme, cast.alice.id, "lead", by=cast.mona, now=now)
    return made


async def titles(person) -> set[str]:
    return {one.title for one in await held_by(person.id)}


async def let_go(person, to, *, by, now) -> None:
    await deactivate(person.id, seen=mark_of(await held_by(person.id)), to=to.id, by=by, now=now)


async def test_all_that_can_be_handed_over_is_theirs_at_once(cast, things, now):
    before = {one.title: one.count for one in await held_by(cast.alice.id)}
    assert len(before) > 8, before
    await let_go(cast.alice, cast.bob, by=cast.ada, now=now)
    assert await titles(cast.alice) <= STAYS
    after = {one.title: one.count for one in await held_by(cast.bob.id)}
    assert {title: count for title, count in before.items() if title not in STAYS}.items() <= after.items()


async def test_the_history_of_each_says_so(cast, things, now):
    await let_go(cast.alice, cast.bob, by=cast.ada, now=now)
    rows = await DB.fetch(
        "SELECT record_kind, changes::text FROM record_change WHERE by = $1 AND customer = $2", cast.ada.id, cast.acme
    )
    told = {row["record_kind"] for row in rows if str(cast.bob.id) in row["changes"]}
    assert told >= {"customer", "opportunity", "case", "interaction", "contact_role", "plan", "account_member"}


async def test_a_record_of_any_kind_that_is_not_over_goes_along(cast, now):
    kinds_owned = [kind for kind in KINDS if "owner" in kind.by_name and not kind.is_itself]
    owned = {kind: await make(kind, cast.acme, by=cast.ada, now=now) for kind in kinds_owned}
    for kind, record in owned.items():
        await edit(kind, record, {"owner": cast.alice.id}, by=cast.ada, now=now)
    assert owned and {kind.titles for kind in owned} <= {one.title for one in kinds()}
    await let_go(cast.alice, cast.bob, by=cast.ada, now=now)
    for kind, record in owned.items():
        owner = await DB.fetchval(f"SELECT owner FROM {kind.sql_table} WHERE id = $1", record)
        assert owner == cast.bob.id, kind.name
    assert await DB.fetchval("SELECT count(*) FROM record WHERE owner = $1", cast.alice.id) == 0


async def test_nobody_who_has_left_leads_an_account_also_without_a_successor(cast, things, now):
    await deactivate(cast.alice.id, seen=mark_of(await held_by(cast.alice.id)), by=cast.ada, now=now)
    standing = "SELECT count(*) FROM account_member WHERE person = $1 AND until IS NULL"
    assert await DB.fetchval(standing, cast.alice.id) == 0
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", cast.acme) == cast.alice.id


async def test_the_successor_leads_the_account_and_stands_there_once(cast, things, now):
    await staffing.add(cast.acme, cast.bob.id, "service", by=cast.mona, now=now)
    await let_go(cast.alice, cast.bob, by=cast.ada, now=now)
    rows = await DB.fetch("SELECT position FROM account_member WHERE person = $1 AND until IS NULL", cast.bob.id)
    positions = [row["position"] for row in rows]
    assert "lead" in positions and len(positions) == len(set(positions))


async def test_who_cannot_look_after_it_is_refused_and_nothing_changes(cast, things, now):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.charlie.id)
    for to, said in ((cast.alice, THEMSELVES), (cast.rita, NOT_AN_OWNER), (cast.charlie, NOT_AN_OWNER)):
        with pytest.raises(Invalid) as refused:
            await let_go(cast.alice, to, by=cast.ada, now=now)
        assert refused.value.fields == {"to": said}
    assert await DB.fetchval("SELECT active FROM person WHERE id = $1", cast.alice.id)
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", cast.acme) == cast.alice.id


async def test_a_role_that_may_not_look_after_something_is_named_with_what(cast, things, now):
    await DB.execute("UPDATE person SET role = 'service' WHERE id = $1", cast.bob.id)
    with pytest.raises(Invalid) as refused:
        await let_go(cast.alice, cast.bob, by=cast.ada, now=now)
    assert refused.value.fields["to"].message == MAY_NOT


async def test_the_page_offers_others_and_takes_one(client, cast, things):
    browser, place = await client(cast.ada), f"/people/{cast.alice.id}/deactivation"
    shown = (await browser.get(place)).text
    assert f'value="{cast.bob.id}"' in shown and f'value="{cast.alice.id}"' not in shown
    mark = re.search(r'name="seen" value="(\w+)"', shown)[1]
    refused = await browser.post(place, data={"seen": mark, "to": str(cast.rita.id)})
    assert refused.status_code == 422 and NOT_AN_OWNER in refused.text
    assert (await browser.post(place, data={"seen": mark, "to": str(cast.bob.id)})).status_code == 303
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", cast.acme) == cast.bob.id


async def test_the_command_takes_an_address(cast, things, now):
    said: list[str] = []
    await cli.deactivate("alice@example.com", yes=True, to="BOB@example.com", now=now, say=said.append)
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", cast.acme) == cast.bob.id


async def test_two_who_hand_over_to_each_other_at_one_moment_do_not_both_go(committed, now):
    one, other = committed.alice, committed.charlie
    tried = await at_once(let_go(one, other, by=committed.ada, now=now), let_go(other, one, by=committed.ada, now=now))
    active = await DB.fetchval("SELECT count(*) FROM person WHERE id = ANY($1) AND active", [one.id, other.id])
    assert active == 1, tried
    owners = {row["owner"] for row in await DB.fetch("SELECT owner FROM customer WHERE deleted_at IS NULL")}
    gone = await DB.fetchval("SELECT id FROM person WHERE id = ANY($1) AND NOT active", [one.id, other.id])
    assert gone not in owners
