"""Looking ahead for many at once says the same as asking each, and costs no more for more."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.vocabulary import VOCABULARY
from kam.workflow import loading, registry
from kam.workflow.options import instance_of, options, options_of
from tests.statements import noting
from tests.workflow.conftest import FOLDER


@pytest.fixture(autouse=True)
def in_force():
    """The real facts, computed from records, as their number of statements is what matters here."""
    before = registry._current
    registry.install(loading.load(FOLDER, VOCABULARY))
    yield
    registry._current = before


async def test_each_has_the_options_that_it_has_when_asked_alone(cast, now):
    instances = [
        (await instance_of(workflow, customer)).id
        for workflow in ("relationship", "early_warning", "designation")
        for customer in (cast.acme, cast.omega)
    ]
    for person in (cast.alice, cast.mona, cast.rita, cast.charlie):
        together = await options_of(instances, by=person, now=now)
        assert together == {one: tuple(await options(one, by=person, now=now)) for one in instances}


async def test_two_cost_as_many_statements_as_one(cast, now):
    acme, omega = [(await instance_of("early_warning", customer)).id for customer in (cast.acme, cast.omega)]
    with noting() as for_one:
        await options_of([acme], by=cast.ada, now=now)
    with noting() as for_two:
        await options_of([acme, omega], by=cast.ada, now=now)
    assert [sql for sql, _ in for_one] == [sql for sql, _ in for_two]
    assert len(for_two) == 2


async def test_what_is_gone_is_left_out(cast, now):
    acme, omega = [(await instance_of("early_warning", customer)).id for customer in (cast.acme, cast.omega)]
    await DB.execute("UPDATE customer SET deleted_at = now() WHERE id = $1", cast.omega)
    assert list(await options_of([acme, omega], by=cast.ada, now=now)) == [acme]
    assert await options_of([], by=cast.ada, now=now) == {}
