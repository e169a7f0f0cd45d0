"""Interactions: logged, corrected, deleted and followed up by the shared functions, and by their pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.interactions import following_up
from kam.interactions.kind import INTERACTION, PARTICIPANTS
from kam.records import sets
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find
from tests.importing.bringing import bring
from tests.meeting import met
from tests.racing import at_once
from tests.talking import log

CALL = {"channel": "phone", "purpose": "Prices", "feeling": -1}
SILENT = "SELECT days_since_contact FROM customer_fact WHERE customer = $1"
OVERDUE = "SELECT overdue_next_steps FROM customer_fact WHERE customer = $1"


async def participants(call) -> list[str]:
    rows = (await sets.read(PARTICIPANTS, [call], named=True))[call]
    return [row["person_name"] or row["contact_name"] for row in rows]


async def test_a_logged_contact_counts_at_once(cast, now):
    await log(cast.acme, CALL, by=cast.sam, now=now)
    assert await DB.fetchval(SILENT, cast.acme) == 0


async def test_that_nobody_knows_how_they_felt_is_not_that_they_were_calm(cast, now):
    index = "SELECT feeling_index FROM customer_fact WHERE customer = $1"
    call = await log(cast.acme, CALL | {"feeling": None}, by=cast.alice, now=now)
    assert await DB.fetchval(index, cast.acme) is None
    await edit(INTERACTION, call, {"feeling": 0}, by=cast.alice, now=now)
    assert await DB.fetchval(index, cast.acme) == 0


async def test_both_sides_took_part_and_whoever_writes_where_nobody_of_ours_is_named(cast, now):
    zhang = await met(cast.acme, "Zhang", by=cast.alice, now=now)
    named = await log(cast.acme, CALL, by=cast.alice, now=now, people=[cast.bob.id], contacts=[zhang])
    assert await participants(named) == ["Bob Team", "Zhang"]
    assert await participants(await log(cast.acme, CALL, by=cast.alice, now=now)) == ["Alice Account"]


async def test_a_contact_of_another_customer_or_both_in_one_cannot_have_taken_part(cast, now):
    foreign, ours = await met(cast.omega, by=cast.charlie, now=now), await met(cast.acme, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refused:
        await log(cast.acme, CALL, by=cast.alice, now=now, contacts=[foreign])
    assert set(refused.value.fields) == {"participants_0_contact"}
    both = {"participants": [{"person": cast.alice.id, "contact": ours}]}
    with pytest.raises(Invalid) as refused:
        await log(cast.acme, CALL | both, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"participants"}


async def test_every_fault_is_named_at_once(cast, now):
    wrong = {"channel": "smoke", "purpose": "", "feeling": 9, "hours": -1, "cost": -1}
    with pytest.raises(Invalid) as refused:
        await log(cast.acme, wrong, by=cast.alice, now=now)
    assert set(refused.value.fields) == set(wrong)


async def test_it_has_happened_also_where_it_is_corrected_later(cast, now):
    with pytest.raises(Invalid) as refused:
        await log(cast.acme, CALL | {"at": now + timedelta(days=9)}, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"at"}
    call, later = await log(cast.acme, CALL, by=cast.alice, now=now), now + timedelta(days=8)
    await edit(INTERACTION, call, {"at": later - timedelta(days=3)}, by=cast.alice, now=later)
    with pytest.raises(Invalid):
        await edit(INTERACTION, call, {"at": later + timedelta(days=3)}, by=cast.alice, now=later)
    await DB.execute("UPDATE interaction SET at = $1", now + timedelta(days=99))  # by an earlier version
    await edit(INTERACTION, call, {"purpose": "Still"}, by=cast.alice, now=later)


async def test_a_day_or_a_person_is_no_next_step(cast, now):
    for alone in ({"next_step_on": date(2026, 7, 1)}, {"next_step_by": cast.bob.id}):
        with pytest.raises(Invalid) as refused:
            await log(cast.acme, CALL | alone, by=cast.alice, now=now)
        assert set(refused.value.fields) == {"next_step"}


async def test_a_correction_is_recorded_and_a_stale_one_refused(cast, now):
    call = await log(cast.acme, CALL, by=cast.alice, now=now)
    await edit(INTERACTION, call, {"feeling": 1}, by=cast.bob, now=now, revision=1)
    with pytest.raises(Stale):
        await edit(INTERACTION, call, {"feeling": 2}, by=cast.alice, now=now, revision=1)


async def test_a_next_step_is_mine_unless_i_name_somebody_and_counts_until_it_is_done(cast, now):
    due = {"next_step": "Send offer", "next_step_on": now.date() - timedelta(days=3)}
    call = await log(cast.acme, CALL | due, by=cast.alice, now=now)
    assert (await find(INTERACTION, cast.alice, call))["next_step_by"] == cast.alice.id
    assert await DB.fetchval(OVERDUE, cast.acme) == 1
    await following_up.complete(call, by=cast.alice, now=now)
    await following_up.complete(call, by=cast.alice, now=now + timedelta(days=1))
    assert (await find(INTERACTION, cast.alice, call))["next_step_done_at"] == now
    assert await DB.fetchval(OVERDUE, cast.acme) == 0
    await following_up.reopen(call, by=cast.alice, now=now)
    assert await DB.fetchval(OVERDUE, cast.acme) == 1
    with pytest.raises(Invalid):
        await following_up.complete(await log(cast.acme, CALL, by=cast.alice, now=now), by=cast.alice, now=now)


async def test_two_who_tick_off_and_correct_at_one_moment_both_count(committed, now):
    cast, due = committed, {"next_step": "Send offer", "next_step_on": date(2026, 6, 1)}
    for _ in range(4):
        call = await log(cast.acme, CALL | due, by=cast.alice, now=now)
        results = await at_once(
            following_up.complete(call, by=cast.alice, now=now),
            edit(INTERACTION, call, {"feeling": 2}, by=cast.bob, now=now),
        )
        assert not [one for one in results if isinstance(one, BaseException)]
        row = await find(INTERACTION, cast.alice, call)
        assert (row["feeling"], row["next_step_done_at"], row["revision"]) == (2, now, 3)
        assert await DB.fetchval(OVERDUE, cast.acme) == 0


async def test_the_same_form_at_one_moment_makes_one_and_other_words_another(committed, now):
    cast, at = committed, {"at": now}
    same = [log(cast.acme, CALL | at, key="form", by=cast.alice, now=now) for _ in range(4)]
    assert len(set(await at_once(*same))) == 1
    others = ([cast.bob.id], [cast.sam.id])
    more = [log(cast.acme, CALL | at, key="form", people=some, by=cast.alice, now=now) for some in others]
    assert len(set(await at_once(*more))) == 2
    assert await DB.fetchval("SELECT count(*) FROM interaction") == 3


async def test_deleted_and_restored_it_counts_as_before(cast, now):
    call = await log(cast.acme, CALL, by=cast.alice, now=now)
    await delete(INTERACTION, call, by=cast.alice, now=now)
    assert await DB.fetchval(SILENT, cast.acme) is None
    await restore(INTERACTION, call, by=cast.alice, now=now)
    assert await DB.fetchval(SILENT, cast.acme) == 0


async def test_the_outsider_finds_none_and_the_reader_logs_none(cast, now):
    call = await log(cast.acme, CALL, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(INTERACTION, cast.charlie, call)
    with pytest.raises(NotFound):
        await log(cast.acme, CALL, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await log(cast.acme, CALL, by=cast.rita, now=now)


SAID = {"customer": "C-ACME", "channel": "phone", "purpose": "Prices", "at": "2026-01-05T10:00", "feeling": "-1"}


async def test_the_pages_log_show_correct_delete_and_tick_off(client, cast):
    browser, pages = await client(cast.alice), f"/customers/{cast.acme}/interactions"
    kept = await browser.post("/interactions", data=SAID | {"purpose": "", "notes": "Long notes"})
    assert kept.status_code == 422 and "Long notes" in kept.text
    data = SAID | {"next_step": "Offer", "key": "a key"}
    for _ in range(2):
        assert (await browser.post("/interactions", data=data)).status_code == 303
    call = await DB.fetchval("SELECT id FROM interaction")
    assert await DB.fetchval("SELECT count(*) FROM interaction") == 1
    for address in ("/interactions", f"/interactions/{call}", f"/interactions/{call}/edit", pages):
        assert "Prices" in (await browser.get(address)).text
    changed = await browser.post(f"/interactions/{call}", data=data | {"purpose": "Discounts", "revision": "1"})
    assert changed.status_code == 303
    assert (await browser.post(f"/interactions/{call}", data=data | {"revision": "1"})).status_code == 409
    assert "Mark the next step as done" in (await browser.get(f"/interactions/{call}")).text
    assert (await browser.post(f"/interactions/{call}/completion")).status_code == 303
    assert "Next step done" in (await browser.get(f"/interactions/{call}")).text
    assert (await browser.post(f"/interactions/{call}/deletion", data={"revision": "3"})).status_code == 303
    assert (await browser.post(f"/interactions/{call}/restoration")).status_code == 303
    assert (await (await client(cast.charlie)).get(f"/interactions/{call}")).status_code == 404
    known_from_before = await browser.get(f"{pages}/new")
    assert known_from_before.headers["location"] == f"/interactions/new?customer={cast.acme}"


async def test_who_took_part_is_ticked_and_who_left_since_stays_until_unticked(client, cast, now):
    browser = await client(cast.alice)
    zhang, li = [await met(cast.acme, name, by=cast.alice, now=now) for name in ("Zhang", "Li")]
    form = (await browser.get(f"/interactions/new?customer={cast.acme}")).text
    assert f'value="{cast.alice.id}" checked' in form and f'value="{zhang}"' in form
    said = SAID | {"participants": "", "participants_person": [str(cast.bob.id)], "participants_contact": [str(zhang)]}
    page = (await browser.post("/interactions", data=said)).headers["location"]
    assert "Bob Team" in (await browser.get(page)).text and "Zhang" in (await browser.get(page)).text
    await DB.execute("UPDATE contact_role SET deleted_at = $1 WHERE contact = $2", now, zhang)
    form = (await browser.get(f"{page}/edit")).text
    assert f'value="{zhang}" checked' in form and f'value="{li}">' in form
    more = said | {"participants_contact": [str(zhang), str(li)], "revision": "1"}
    assert (await browser.post(page, data=more)).status_code == 303
    call = page.removeprefix("/interactions/")
    assert [row["contact"] for row in await DB.fetch(
        "SELECT contact FROM participant WHERE interaction = $1 ORDER BY position", call
    )] == [None, zhang, li]  # fmt: skip
    none = {name: value for name, value in more.items() if name != "participants_contact"} | {"revision": "2"}
    assert (await browser.post(page, data=none)).status_code == 303
    assert await DB.fetchval("SELECT count(*) FROM participant WHERE interaction = $1", call) == 1


async def test_what_is_ticked_must_be_theirs_and_nothing_of_others_is_shown(client, cast, now):
    foreign = await met(cast.omega, "Foreign", by=cast.charlie, now=now)
    browser = await client(cast.alice)
    for wrong in (str(foreign), "no id"):
        answer = await browser.post("/interactions", data=SAID | {"participants": "", "participants_contact": [wrong]})
        assert answer.status_code == 422 and "Choose one of this customer." in answer.text
        assert "Foreign" not in answer.text


async def test_the_timeline_tells_it_by_its_channel_on_its_day_with_how_they_felt(client, cast, now):
    earlier = now - timedelta(days=40)
    said = CALL | {"at": earlier, "outcome": "They will <wait>"}
    await log(cast.acme, said, by=cast.alice, now=now)
    for page in ("", "?show=interaction"):
        text = (await (await client(cast.alice)).get(f"/customers/{cast.acme}{page}")).text
        assert "Phone: Prices" in text and "Annoyed" in text and "They will &lt;wait&gt;" in text


async def test_the_list_is_narrowed_by_who_wrote_and_what_is_open(client, cast, now):
    await log(cast.acme, CALL | {"next_step": "Call back"}, by=cast.alice, now=now)
    await log(cast.acme, CALL | {"purpose": "Visit", "notes": "Hall seven", "feeling": 0}, by=cast.bob, now=now)
    browser = await client(cast.alice)
    for asked, found, not_found in (
        ("open=yes", "Prices", "Visit"), (f"by={cast.bob.id}", ">Visit<", "Prices"), ("feeling=0", ">Visit<", "Prices"),
        ("q=hall", ">Visit<", "Prices"), ("channel=phone&sort=at", "Prices", "Nothing"),
    ):  # fmt: skip
        text = (await browser.get(f"/interactions?{asked}")).text
        table = text[text.index("<tbody") : text.index("</tbody")]
        assert found in table and not_found not in table, asked


async def test_a_file_brings_interactions_in_as_they_happened(cast, now):
    text = (
        "Customer,Purpose,Channel,When,How they felt,Next step\n"
        "C-ACME,Prices,Phone,2026-05-04 10:00,Annoyed,Send offer\nC-ACME,,Phone,2026-05-04 10:00,,\n"
        "C-ACME,Fair,Event,2030-01-01 10:00,,\nC-ACME,Fair,Event,2026-05-05 10:00,Furious,\n"
    )
    report = await bring("interactions", text, cast.alice)
    assert report.records["interactions"]["new"] == 1 and report.not_imported == 3
    row = await DB.fetchrow("SELECT * FROM interaction")
    assert (row["feeling"], row["channel"], row["next_step_by"]) == (-1, "phone", cast.alice.id)
    assert await DB.fetchval(SILENT, cast.acme) is not None
