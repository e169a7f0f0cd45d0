"""Logging, correcting, deleting and following up interactions, by verb and by page."""

from datetime import timedelta

import pytest

from kam.customers.contacts.adding import add
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.interactions import adding, deleting, editing, following_up, queries

CALL = {"channel": "phone", "purpose": "Prices", "feeling": -1}


async def test_a_logged_contact_counts_at_once(cast, now):
    await adding.log(cast.acme, CALL, by=cast.sam, now=now)
    assert await DB.fetchval("SELECT days_since_contact FROM customer_fact WHERE customer = $1", cast.acme) == 0


async def test_both_sides_took_part(cast, now):
    zhang = await add(cast.acme, {"name": "Zhang"}, by=cast.alice, now=now)
    call = await adding.log(cast.acme, CALL, by=cast.alice, now=now, people=[cast.alice.id], contacts=[zhang])
    names = {one["name"] for one in __import__("json").loads((await queries.find(cast.bob, call))["participants"])}
    assert names == {"Alice Account", "Zhang"}


async def test_a_contact_of_another_customer_cannot_have_taken_part(cast, now):
    foreign = await add(cast.omega, {"name": "Foreign"}, by=cast.charlie, now=now)
    with pytest.raises(Invalid) as refusal:
        await adding.log(cast.acme, CALL, by=cast.alice, now=now, contacts=[foreign])
    assert set(refusal.value.fields) == {"participants"}


async def test_every_fault_is_named_at_once(cast, now):
    wrong = {"channel": "smoke", "purpose": "", "feeling": 9, "hours": -1, "at": now + timedelta(days=9)}
    with pytest.raises(Invalid) as refusal:
        await adding.log(cast.acme, wrong, by=cast.alice, now=now)
    assert set(refusal.value.fields) == {"channel", "purpose", "feeling", "hours", "at"}


async def test_a_correction_is_recorded_and_a_stale_one_refused(cast, now):
    call = await adding.log(cast.acme, CALL, by=cast.alice, now=now)
    await editing.edit(call, {"feeling": 1}, by=cast.bob, now=now, revision=1)
    with pytest.raises(Stale):
        await editing.edit(call, {"feeling": 2}, by=cast.alice, now=now, revision=1)


async def test_a_next_step_is_mine_unless_i_name_somebody_and_is_done_once(cast, now):
    step = {**CALL, "next_step": "Send offer", "next_step_on": now.date()}
    call = await adding.log(cast.acme, step, by=cast.alice, now=now)
    assert [row["id"] for row in await queries.follow_ups(cast.alice, until=now.date())] == [call]
    await following_up.complete(call, by=cast.alice, now=now)
    await following_up.complete(call, by=cast.alice, now=now + timedelta(days=1))
    assert (await queries.find(cast.alice, call))["next_step_done_at"] == now
    await following_up.reopen(call, by=cast.alice, now=now)
    assert (await queries.find(cast.alice, call))["next_step_done_at"] is None


async def test_deleted_and_restored_it_counts_as_before(cast, now):
    call = await adding.log(cast.acme, CALL, by=cast.alice, now=now)
    await deleting.delete(call, by=cast.alice, now=now)
    fact = "SELECT days_since_contact FROM customer_fact WHERE customer = $1"
    assert await DB.fetchval(fact, cast.acme) is None
    await deleting.restore(call, by=cast.alice, now=now)
    assert await DB.fetchval(fact, cast.acme) == 0


async def test_the_outsider_finds_none_and_the_reader_logs_none(cast, now):
    call = await adding.log(cast.acme, CALL, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await queries.find(cast.charlie, call)
    with pytest.raises(NotFound):
        await adding.log(cast.acme, CALL, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await adding.log(cast.acme, CALL, by=cast.rita, now=now)


async def test_the_pages_log_show_correct_delete_and_tick_off(client, cast):
    browser, pages = await client(cast.alice), f"/customers/{cast.acme}/interactions"
    typed = {"channel": "phone", "purpose": "", "notes": "Long notes", "at": "2026-01-05T10:00"}
    kept = await browser.post(pages, data=typed)
    assert kept.status_code == 422 and "Long notes" in kept.text
    data = {"channel": "phone", "purpose": "Prices", "at": "2026-01-05T10:00", "next_step": "Offer", "feeling": "-1",
            "key": "01890000-0000-7000-8000-000000000002"}  # fmt: skip
    for _ in range(2):
        assert (await browser.post(pages, data=data)).status_code == 303
    call = await DB.fetchval("SELECT id FROM interaction")
    assert await DB.fetchval("SELECT count(*) FROM interaction") == 1
    for address in ("/interactions", f"/interactions/{call}", f"/interactions/{call}/edit", pages):
        assert "Prices" in (await browser.get(address)).text
    changed = await browser.post(f"/interactions/{call}", data={**data, "purpose": "Discounts", "revision": "1"})
    assert changed.status_code == 303
    assert (await browser.post(f"/interactions/{call}", data={**data, "revision": "1"})).status_code == 409
    assert (await browser.post(f"/interactions/{call}/completion")).status_code == 303
    assert (await browser.post(f"/interactions/{call}/deletion")).status_code == 303
    assert (await browser.post(f"/interactions/{call}/restoration")).status_code == 303
    assert (await (await client(cast.charlie)).get(f"/interactions/{call}")).status_code == 404
    assert "No customer of this name." in (await browser.get("/interactions/new?q=zzz")).text
    straight_on = await browser.get("/interactions/new?q=acme")
    assert straight_on.headers["location"] == f"/customers/{cast.acme}/interactions/new"
