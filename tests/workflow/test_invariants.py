"""Whatever anybody tries in whatever order: one state, a history that replays to it, no self-approval, and refusals
that change nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam.database.engine import DB
from kam.errors import Refused, Stale
from kam.workflow import registry
from kam.workflow.actors import SYSTEM
from kam.workflow.advancing import advance
from kam.workflow.deadlines import settle
from kam.workflow.history import replay, steps, verify
from kam.workflow.options import instance_of
from kam.workflow.triggering import sweep

PEOPLE = ("ada", "mona", "alice", "bob", "sam", "rita", "charlie")
WORKFLOWS = ("relationship", "designation", "early_warning")
TRANSITIONS = {
    "relationship": ("develop", "maintain", "grow_again", "step_back", "end", "lapse", "win_back", "won_back"),
    "designation": ("propose", "designate", "decline", "recall", "expire", "withdraw"),
    "early_warning": ("warn", "doubt", "give_up", "restore", "ease", "raise_to_watch", "raise_to_exit", "calm_down"),
}
FIELDS = {"end": {"reason": "price"}, "propose": {"criterion": "volume"}}

attempts = st.sampled_from(WORKFLOWS).flatmap(
    lambda workflow: st.tuples(
        st.just(workflow),
        st.sampled_from(TRANSITIONS[workflow]),
        st.sampled_from((*PEOPLE, "system")),
        st.sampled_from(("", "Because")),
        st.sampled_from((0, 0, 0, -1)),  # how far behind the page is
        st.sampled_from((None, None, "r1", "r2")),
    )
)
knowledge = st.fixed_dictionaries({
    "contacts_known": st.integers(0, 3),
    "orders_12m": st.integers(0, 5),
    "has_lead": st.booleans(),
    "warning_level": st.integers(0, 3),
    "blacklisted": st.booleans(),
    "overdue_cases": st.integers(0, 3),
    "days_since_contact": st.none() | st.integers(0, 200),
    "revenue_12m": st.sampled_from((0, 80000)),
    "approved_plan": st.booleans(),
    "champions": st.integers(0, 2),
    "feeling_index": st.none() | st.integers(-60, 60),
    "complaints_12m": st.integers(0, 4),
})  # fmt: skip
happenings = st.lists(
    st.one_of(attempts, attempts, attempts, knowledge, st.sampled_from(("sweep", "settle"))), min_size=3, max_size=14
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(happenings=happenings)
async def test_any_sequence_of_steps_by_any_users_keeps_the_invariants(db, cast, know, now, happenings):
    async with DB.transaction() as trial:
        for number, happening in enumerate(happenings):
            at = now + timedelta(days=number * 20)
            if isinstance(happening, dict):
                await know(cast.acme, **happening)
            elif happening == "sweep":
                await sweep(at)
                assert (await sweep(at)).moved == 0
            elif happening == "settle":
                await settle(at)
            else:
                await attempt(cast, at, *happening)
        await check(cast)
        await trial.rollback()


async def attempt(cast, at, workflow, transition, person, comment, behind, request):
    by = SYSTEM if person == "system" else getattr(cast, person)
    before = await instance_of(workflow, cast.acme)
    taken = await steps(before.id)
    try:
        step = await advance(
            before.id, transition, by=by, now=at, comment=comment, fields=FIELDS.get(transition),
            revision=before.revision + behind, request=request,
        )  # fmt: skip
    except (Refused, Stale):
        assert (await instance_of(workflow, cast.acme), await steps(before.id)) == (before, taken)
        return
    if step in taken:  # the request was answered before
        assert request is not None
        assert step.request == request
        assert await steps(before.id) == taken
        return
    definition = registry.current().definition(workflow)
    assert before.state in definition.transitions[transition].sources
    assert step.to_state == definition.transitions[transition].target
    assert await steps(before.id) == [*taken, step]
    assert by.role != "read_only"
    if definition.transitions[transition].approves:
        assert by.id not in {taken[-1].by, cast.alice.id}


async def check(cast):
    assert await verify() == []
    for workflow in WORKFLOWS:
        instance = await instance_of(workflow, cast.acme)
        taken = await steps(instance.id)
        assert replay(registry.current().definition(workflow).initial, taken) == instance.state
        assert [step.number for step in taken] == list(range(1, instance.revision + 1))
        assert len({step.request for step in taken if step.request}) == sum(bool(step.request) for step in taken)
        open_deadlines = await DB.fetch(
            "SELECT step FROM workflow_deadline WHERE instance = $1 AND settled_at IS NULL", instance.id
        )
        assert {row["step"] for row in open_deadlines} <= {instance.revision}
