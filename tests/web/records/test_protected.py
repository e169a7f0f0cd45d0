"""What follows from a field that not every role may see is told to those alone who may: on no page, in no list, no
file, no reason and no history to the others."""

from __future__ import annotations

import re

import pytest

from kam.database.engine import DB
from kam.errors import Refused
from kam.facts.catalogue import current as facts
from kam.people.roles import ABILITIES
from kam.records.adding import add
from kam.records.subject import facts_of
from kam.workflow.registry import current
from tests.placing import place
from tests.records import made_up
from tests.stepping import advance

TOLD = {"margin_12m": 43217, "margin_rate": 21, "contribution_12m": 54329, "return_on_effort": 7}
AMOUNTS = ("43,217", "43217", "54,329", "54329")
PAGES = (
    "/customers/{acme}", "/customers/{acme}/sales", "/customers?col=margin", "/customers?sort=-margin",
    "/customers?col=margin&format=csv", "/portfolio?col=contribution", "/portfolio?col=contribution&format=csv",
    "/portfolio?view=pareto&measure=contribution_12m", "/ranking", "/customers/{acme}/history",
)  # fmt: skip
# Where nobody is told it.
NOWHERE = {"/customers/{acme}/sales", "/customers?sort=-margin"}
# They put many facts into one number, from which no single one can be read.
MIXED = frozenset({"score", "rank", "segment"})


def test_what_follows_from_a_protected_fact_is_protected():
    known = facts().customer_facts
    protected = {name for name, fact in known.items() if fact.protect}
    assert protected == TOLD.keys() and {known[name].protect for name in protected} <= ABILITIES.keys()
    for fact in facts().derived.values():
        if fact.name not in MIXED and protected & set(re.findall(r"\w+", fact.expression)):
            assert fact.protect, fact.name


def test_a_protected_field_is_a_protected_fact():
    [cost] = [fact for group in facts_of(made_up.VISIT).groups for fact in group.facts if fact.name == "cost"]
    assert cost.protect == "manage_people"


@pytest.fixture
async def known(cast):
    await DB.execute("UPDATE person SET role = 'read_only' WHERE id = $1", cast.rita.id)
    said = ", ".join(f"{name} = {value}" for name, value in TOLD.items())
    await DB.execute(f"UPDATE customer_fact SET {said}, score = 50 WHERE customer = $1", cast.acme)
    instance = await DB.fetchval(
        "SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'early_warning'", cast.acme
    )
    await place(instance, "watch", facts='{"margin_12m": 43217, "orders_12m": 77}', transition="raise_to_watch")
    return cast


@pytest.mark.parametrize("address", PAGES)
async def test_no_page_tells_it_to_who_may_not_see_costs(client, known, address):
    for who, told in ((known.rita, False), (known.alice, address not in NOWHERE)):
        answer = await (await client(who)).get(address.format(acme=known.acme))
        assert answer.status_code == 200
        assert any(amount in answer.text for amount in AMOUNTS) == told, (who.name, address)


async def test_the_page_says_that_it_is_not_shown(client, known):
    browser = await client(known.rita)
    assert "not shown to you" in (await browser.get(f"/customers/{known.acme}")).text
    assert "Margin" not in (await browser.get("/customers")).text
    history = (await browser.get(f"/customers/{known.acme}/history")).text
    assert "77" in history and "Margin, 12 months" not in history.partition("<main")[2]


ALONE = made_up.WORKFLOW.replace('"guests", at_least = 2', '"cost", at_least = 1000')
EITHER = made_up.WORKFLOW.replace(
    'guard = { fact = "guests", at_least = 2 }',
    'guard = { any = [{ fact = "cost", at_least = 1000 }, { all = [{ fact = "cost", at_least = 900 },'
    ' { fact = "guests", at_least = 2 }] }] }',
)


@pytest.mark.parametrize("guard", [ALONE, EITHER])
async def test_a_reason_tells_a_protected_value_to_those_alone_who_may_see_it(cast, now, monkeypatch, guard):
    await made_up.make_visits()
    monkeypatch.setitem(made_up.WORKFLOWS, "visiting", guard)
    with made_up.in_force(made_up.STEPPED):
        visit = await add(
            made_up.STEPPED, {"title": "Walk", "cost": "876", "guests": 1}, by=cast.ada, now=now, customer=cast.acme
        )
        instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", visit)
        with pytest.raises(Refused) as refused:
            await advance(instance, "make", by=cast.mona, now=now)
        said = [one.said("en") for one in refused.value.blockers]
        assert "not shown to you" in str(said) and "876" not in str(said)
        with pytest.raises(Refused) as told:
            await advance(instance, "make", by=cast.ada, now=now)
        assert "876" in str([one.said("en") for one in told.value.blockers])
        assert current().vocabulary.hidden(current().wording("visiting").facts, cast.mona) == {"cost"}
