"""The desk tells what has become possible since the last working day from what was possible before."""

from datetime import UTC, datetime, timedelta

import pytest

from kam.database.engine import DB
from kam.desk.possible import last_working_day_ended, note, offered
from kam.desk.queries import ALSO, STEP, waiting
from kam.facts.storing import refresh_one
from kam.sweeping import sweep
from kam.workflow.options import instance_of, options
from kam.workflow.registry import current
from tests.belongings import belongings
from tests.meeting import met
from tests.ordering import line, take
from tests.placing import place, place_all

TUESDAY = datetime(2026, 6, 16, 9, 0, tzinfo=UTC)
NIGHT = timedelta(hours=7)  # before nine, when the system looks


@pytest.fixture
async def possible(cast):
    """Acme has been there for long and has all that “Propose as key account” asks for."""
    await place_all("", "TRUE", at=TUESDAY - timedelta(days=99))
    await DB.execute("UPDATE customer_fact SET revenue_12m = 90000, contacts_known = 3 WHERE customer = $1", cast.acme)


async def look(at):
    await note(current().definitions.values(), now=at)


async def kinds(viewer, at=TUESDAY, step="propose"):
    items = await waiting(viewer, current().definitions.values(), now=at)
    return [item.kind for item in items if item.title == step]


async def test_what_has_become_possible_since_the_last_look_is_new(cast, possible):
    assert await kinds(cast.alice) == [STEP]
    assert await kinds(cast.charlie) == []


async def test_what_tonights_look_found_first_is_new_today_and_no_longer_tomorrow(cast, possible):
    await look(TUESDAY - NIGHT)
    assert await kinds(cast.alice) == [STEP]
    await look(TUESDAY - NIGHT + timedelta(days=1))
    assert await kinds(cast.alice, TUESDAY + timedelta(days=1)) == [ALSO]


async def test_what_the_weekend_brought_is_new_on_monday(cast, possible):
    monday = TUESDAY - timedelta(days=1)
    await look(monday - timedelta(days=2))
    assert await kinds(cast.alice, monday) == [STEP]
    await DB.execute("UPDATE possible_step SET since = $1", monday - timedelta(days=3))
    assert await kinds(cast.alice, monday) == [ALSO]


async def test_what_stopped_being_possible_is_new_when_it_is_possible_again(cast, possible):
    await look(TUESDAY - timedelta(days=9))
    await DB.execute("UPDATE customer_fact SET blacklisted = TRUE WHERE customer = $1", cast.acme)
    await look(TUESDAY - timedelta(days=5))
    assert (await kinds(cast.alice), await DB.fetchval("SELECT count(*) FROM possible_step")) == ([], 0)
    await DB.execute("UPDATE customer_fact SET blacklisted = FALSE WHERE customer = $1", cast.acme)
    assert await kinds(cast.alice) == [STEP]


async def test_a_step_counts_from_when_its_state_was_entered(cast, possible):
    await look(TUESDAY - timedelta(days=9))
    assert await kinds(cast.alice) == [ALSO]
    instance = await instance_of("designation", cast.acme)
    await place(instance.id, instance.state, at=TUESDAY)
    assert await kinds(cast.alice) == [STEP]


async def test_looking_twice_changes_nothing(cast, possible):
    await look(TUESDAY - timedelta(days=9))
    before = await DB.fetch("SELECT * FROM possible_step ORDER BY id")
    await look(TUESDAY)
    assert before and await DB.fetch("SELECT * FROM possible_step ORDER BY id") == before


async def test_nothing_of_a_deleted_customer_is_kept(cast, possible):
    await look(TUESDAY - timedelta(days=9))
    await DB.execute("UPDATE customer SET deleted_at = $2 WHERE id = $1", cast.acme, TUESDAY)
    await look(TUESDAY)
    assert await DB.fetchval("SELECT count(*) FROM possible_step") == 0


@pytest.mark.parametrize(
    ("day", "ended"), [(15, 13), (16, 16), (19, 19), (20, 20), (21, 20)]
)  # Monday, Tuesday, Friday, Saturday, Sunday
def test_the_last_working_day_of_a_monday_was_friday(day, ended):
    moment = datetime(2026, 6, day, 9, 0, tzinfo=UTC)
    assert last_working_day_ended(moment) == datetime(2026, 6, ended, tzinfo=UTC)


async def test_the_desk_offers_the_new_step_in_place_and_the_old_one_beside(client, cast, possible):
    instance = (await instance_of("designation", cast.acme)).id
    browser, action = await client(cast.alice), f'action="/instances/{instance}/steps"'
    text = (await browser.get("/")).text
    assert "Steps that have become possible" in text and action in text
    await look(TUESDAY - timedelta(days=9))
    await place_all("", "TRUE", at=TUESDAY - timedelta(days=9))
    text = (await browser.get("/")).text
    assert "Also possible" in text and action not in text and "Acme Industrial" in text


async def test_the_desk_offers_exactly_what_the_engine_would_let_one_take(cast, now):
    await belongings(cast, now)
    await place_all("normal", "workflow = 'early_warning'")
    await met(cast.acme, "Second Contact", by=cast.alice, now=now)
    await take(cast.acme, [line(1, None, "A plant", 90_000)], ordered_on=now.date(), by=cast.alice, now=now)
    await refresh_one(cast.acme, as_of=now.date(), now=now)
    offers = 0
    for person in (cast.alice, cast.bob, cast.mona, cast.sam, cast.rita, cast.charlie, cast.ada):
        items = await waiting(person, current().definitions.values(), now=now)
        shown = {(item.id, item.title) for item in items if item.kind in (STEP, ALSO)}
        assert (
            shown == await possible_for(person, now)
            if person is cast.alice
            else shown <= await possible_for(person, now)
        )
        offers += len(shown)
    assert offers


async def possible_for(person, now):
    """The guarded steps of customers and records that the engine says this person can take, asked one by one."""
    instances = await DB.fetch(
        "SELECT id, workflow FROM workflow_instance WHERE customer = subject OR subject IN (SELECT id FROM record)"
    )
    known = {(definition.name, step.name) for definition, step in offered(current().definitions.values())}
    return {
        (row["id"], option.transition)
        for row in instances
        for option in await options(row["id"], by=person, now=now)
        if option.possible and (row["workflow"], option.transition) in known
    }


async def test_the_sweep_notes_what_is_possible_when_all_is_refreshed(cast, possible, monkeypatch):
    async def nothing(*_, **__):
        return 2

    monkeypatch.setattr("kam.facts.refreshing.refresh", nothing)  # it has connections of its own
    monkeypatch.setattr("kam.workflow.triggering.sweep", nothing)
    assert await sweep(TUESDAY - NIGHT) == 2
    assert await DB.fetchval("SELECT since FROM possible_step WHERE transition = 'propose'") == TUESDAY - NIGHT
