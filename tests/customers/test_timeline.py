"""The timeline across departments."""

from kam.customers.editing import edit
from kam.customers.timeline import timeline
from kam.interactions.kind import INTERACTION
from kam.records.editing import edit as correct
from tests.meeting import met
from tests.ordering import line, take
from tests.talking import log


async def filled(cast, now):
    await log(cast.acme, {"channel": "visit", "purpose": "Review", "feeling": 1}, by=cast.alice, now=now)
    await edit(cast.acme, {"city": "Kiel"}, by=cast.alice, now=now)
    await met(cast.acme, "Zhang Wei", by=cast.alice, now=now)
    await take(cast.acme, [line(1, description="Pump", price=100)], ordered_on=now.date(), by=cast.alice, now=now)


async def test_everything_is_shown_once(cast, now):
    await filled(cast, now)
    events = await timeline(cast.alice, cast.acme)
    assert sorted(event.kind for event in events) == ["change", "change", "happened", "happened"]


async def test_it_is_filtered_by_kind(cast, now):
    await filled(cast, now)
    assert {event.kind for event in await timeline(cast.alice, cast.acme, kinds=["order"])} == {"happened"}


async def test_page_by_page_nothing_is_missed_or_repeated(cast, now):
    await filled(cast, now)
    whole = await timeline(cast.alice, cast.acme)
    found, before = [], None
    while part := await timeline(cast.alice, cast.acme, before=before, limit=1):
        found += part
        before = (part[-1].at, part[-1].id)
    assert [event.id for event in found] == [event.id for event in whole]


async def test_each_later_change_of_a_record_is_an_event_of_its_own(cast, now):
    interaction = await log(cast.acme, {"channel": "phone", "purpose": "Call"}, by=cast.alice, now=now)
    await correct(INTERACTION, interaction, {"purpose": "Long call"}, by=cast.bob, now=now)
    assert sorted(event.kind for event in await timeline(cast.alice, cast.acme)) == ["change", "happened"]
