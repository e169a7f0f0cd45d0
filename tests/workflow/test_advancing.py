"""A step is taken through one door: it checks, changes and records, or it changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.workflow import advancing
from kam.workflow.actors import SYSTEM
from kam.workflow.history import steps
from kam.workflow.options import instance_of, options
from tests.stepping import advance


async def test_the_owner_develops_a_customer_that_is_ready(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = await instance_of("relationship", cast.acme)
    step = await advance(instance.id, "develop", by=cast.alice, now=now, comment=" Two orders in May ")

    after = await instance_of("relationship", cast.acme)
    assert (after.state, after.revision, after.entered_at) == ("develop", 1, now)
    assert (step.from_state, step.to_state, step.by) == ("build", "develop", cast.alice.id)
    assert step.comment == "Two orders in May"
    assert (step.facts["contacts_known"], step.facts["orders_12m"]) == (3, 2)


async def test_lists_show_the_new_stage_at_once(cast, know, ready, now):
    await know(cast.acme, **ready, days_in_stage=40)
    await advance((await instance_of("relationship", cast.acme)).id, "develop", by=cast.alice, now=now)
    row = await DB.fetchrow("SELECT stage, days_in_stage FROM customer_fact WHERE customer = $1", cast.acme)
    assert (row["stage"], row["days_in_stage"]) == ("develop", 0)


async def test_a_refusal_names_everything_at_once_and_changes_nothing(cast, know, ready, now):
    await know(cast.acme, **{**ready, "contacts_known": 1, "orders_12m": 0, "warning_level": 2})
    instance = await instance_of("relationship", cast.acme)
    with pytest.raises(Refused) as refused:
        await advance(instance.id, "develop", by=cast.bob, now=now)

    blockers = {blocker.fact or blocker.code: blocker for blocker in refused.value.blockers}
    assert set(blockers) == {"role", "contacts_known", "orders_12m", "warning_level"}
    level = blockers["warning_level"].said("en")
    assert (level["now"], level["need"]) == ("Doubtful", "at most Watch")
    assert level["who"]
    assert level["link"] == f"/customers/{cast.acme}"
    assert blockers["role"].said("en")["need"] == "Manager, owner, or account lead"
    assert await instance_of("relationship", cast.acme) == instance
    assert await steps(instance.id) == []


async def test_a_fact_that_nobody_knows_blocks_and_says_so(cast, know, now):
    await know(cast.acme, days_since_contact=None)
    instance = (await instance_of("early_warning", cast.acme)).id
    await advance(instance, "warn", by=cast.alice, now=now, comment="The buyer is angry")
    with pytest.raises(Refused, match="Days since the last contact – needed: at most 30 days; now: not known yet"):
        await advance(instance, "restore", by=cast.mona, now=now, comment="Calm again")


async def test_a_step_needs_the_comment_and_the_fields_it_asks_for(cast, now):
    instance = (await instance_of("relationship", cast.acme)).id
    with pytest.raises(Refused) as refused:
        await advance(instance, "end", by=cast.alice, now=now, comment="  ", fields={"reason": ""})
    assert [blocker.code for blocker in refused.value.blockers] == ["comment", "field"]
    with pytest.raises(Refused, match="“Reason” cannot be “boredom”"):
        await advance(instance, "end", by=cast.alice, now=now, comment="Gone", fields={"reason": "boredom"})
    step = await advance(instance, "end", by=cast.alice, now=now, comment="Gone", fields={"reason": "price", "x": "y"})
    assert step.fields == {"reason": "price"}


async def test_a_step_from_another_state_is_refused_with_the_state(cast, now):
    with pytest.raises(Refused) as refused:
        await advance((await instance_of("relationship", cast.acme)).id, "won_back", by=cast.mona, now=now)
    assert refused.value.blockers[0].text("en") == "“Won back” starts from Win back; the state is Build."


async def test_a_page_drawn_before_the_last_step_is_stale(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = await instance_of("relationship", cast.acme)
    await advance(instance.id, "develop", by=cast.alice, now=now, revision=0)
    with pytest.raises(Stale):
        await advance(instance.id, "step_back", by=cast.alice, now=now, comment="No", revision=0)


async def test_a_repeated_request_answers_with_the_step_it_took(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = (await instance_of("relationship", cast.acme)).id
    first = await advance(instance, "develop", by=cast.alice, now=now, revision=0, request="a1")
    again = await advance(instance, "develop", by=cast.alice, now=now + timedelta(seconds=2), revision=0, request="a1")
    assert again == first
    assert len(await steps(instance)) == 1


OTHER = {
    "another person": {"by": "mona"},
    "another step": {"transition": "end", "fields": {"reason": "price"}},
    "other words": {"comment": "Gone for good"},
    "another revision": {"revision": 1},
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
async def test_a_request_under_the_name_of_another_is_no_repetition(cast, know, ready, now, other):
    await know(cast.acme, **ready)
    instance = (await instance_of("relationship", cast.acme)).id
    sent = {"transition": "develop", "comment": "Gone", "by": "alice", "revision": 0, "request": "a1"}
    first = await advance(instance, now=now, **{**sent, "by": cast.alice})
    again = {**sent, **other}
    with pytest.raises(Stale, match="sent before"):
        await advance(instance, now=now, **{**again, "by": getattr(cast, again["by"])})
    assert await steps(instance) == [first]


async def test_a_repetition_says_the_same_in_the_fields_too(cast, now):
    instance = (await instance_of("relationship", cast.acme)).id
    sent = {"comment": "Gone", "by": cast.alice, "now": now, "revision": 0, "request": "a1"}
    first = await advance(instance, "end", fields={"reason": "price", "x": "y"}, **sent)
    assert await advance(instance, "end", fields={"reason": "price"}, **sent) == first
    for fields in ({"reason": "need"}, {}):
        with pytest.raises(Stale, match="sent before"):
            await advance(instance, "end", fields=fields, **sent)


async def test_a_person_names_the_revision_that_they_saw(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = (await instance_of("relationship", cast.acme)).id
    with pytest.raises(Invalid, match="Load the page again") as refusal:
        await advancing.advance(instance, "develop", by=cast.alice, now=now)
    assert set(refusal.value.fields) == {"revision"}
    assert await steps(instance) == []


async def test_somebody_on_the_account_team_may_take_the_steps_of_their_position(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = (await instance_of("relationship", cast.acme)).id
    with pytest.raises(Refused):
        await advance(instance, "develop", by=cast.bob, now=now)
    for person in (cast.bob, cast.rita):
        await DB.execute(
            "INSERT INTO account_member (id, customer, person, position, since) VALUES (new_id(), $1, $2, 'lead', $3)",
            cast.acme, person.id, now.date(),
        )  # fmt: skip
    with pytest.raises(Refused, match="Only Manager, owner, or account lead"):
        await advance(instance, "develop", by=cast.rita, now=now)
    assert (await advance(instance, "develop", by=cast.bob, now=now)).to_state == "develop"


async def test_the_system_acts_only_by_a_rule_that_holds(cast, know, now):
    instance = (await instance_of("early_warning", cast.acme)).id
    with pytest.raises(Refused, match="The system may not take this step"):
        await advance(instance, "warn", by=SYSTEM, now=now, comment="Because")
    await know(cast.acme, overdue_cases=0)
    with pytest.raises(Refused, match="no longer holds"):
        await advance(instance, "raise_to_watch", by=SYSTEM, now=now, trigger="cases_overdue")


async def test_what_does_not_exist_is_not_found(cast, now):
    with pytest.raises(NotFound):
        await advance(cast.acme, "develop", by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await advance((await instance_of("relationship", cast.acme)).id, "fly", by=cast.alice, now=now)


async def test_options_show_every_step_for_people_with_what_blocks_it(cast, know, ready, now):
    await know(cast.acme, **{**ready, "contacts_known": 0})
    instance = (await instance_of("relationship", cast.acme)).id
    found = {option.transition: option for option in await options(instance, by=cast.alice, now=now)}
    assert set(found) == {"develop", "end"}
    assert [blocker.fact for blocker in found["develop"].blockers] == ["contacts_known"]
    assert (found["end"].possible, found["end"].needs_comment, found["end"].fields[0].name) == (True, True, "reason")
    assert found["develop"].name("zh_Hans") == "开始发展"
