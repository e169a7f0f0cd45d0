"""One compiled machine per definition serves everybody at once and keeps nothing of anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from kam.people.viewer import Viewer
from kam.workflow.deciding import Attempt, Standing
from kam.workflow.machine import move


def attempt(loaded, person=None, state="normal"):
    definition = loaded.definition("early_warning")
    by = person or Viewer(id=uuid4(), name="M", role="manager")
    standing = Standing(customer=uuid4(), title="T", link="/")
    return Attempt(definition, definition.transitions["warn"], state, by, standing, {}, comment="x")


def taken(loaded, one):
    return move(loaded.machines["early_warning"], loaded.rules["early_warning"].blockers, one)


def test_a_step_moves_only_the_attempt(loaded):
    machine, one = loaded.machines["early_warning"], attempt(loaded)
    assert taken(loaded, one)
    assert one.state == "watch"
    assert machine.models == []
    assert not hasattr(machine, "state")


def test_a_refused_step_leaves_the_attempt_where_it_was(loaded):
    one = attempt(loaded, Viewer(id=uuid4(), name="R", role="read_only"))
    assert not taken(loaded, one)
    assert one.state == "normal"
    assert [blocker.code for blocker in one.blockers] == ["role"]


def test_a_step_from_a_state_without_it_gathers_every_reason(loaded):
    one = attempt(loaded, Viewer(id=uuid4(), name="R", role="read_only"), state="exit")
    assert not taken(loaded, one)
    assert [blocker.code for blocker in one.blockers] == ["state", "role"]


def test_many_threads_share_a_machine(loaded):
    attempts = [attempt(loaded, state="normal" if number % 2 else "exit") for number in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda one: taken(loaded, one), attempts))
    assert results == [number % 2 == 1 for number in range(2000)]
    assert {one.state for one in attempts} == {"watch", "exit"}
