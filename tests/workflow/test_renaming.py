"""A renamed state takes its instances along at start; one that is gone is told, with the remedy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Refused
from kam.facts.storing import refresh_some
from kam.vocabulary import VOCABULARY
from kam.workflow import registry
from kam.workflow.history import steps, verify
from kam.workflow.loading import assemble
from kam.workflow.options import instance_of, options
from kam.workflow.renaming import stuck, take_along
from tests.stepping import advance
from tests.workflow.conftest import FOLDER

FORMER = 'renamed_from = "proposed"\n'


def files(**changed) -> list[tuple[str, str]]:
    """The real files; `changed` by workflow is a function of the text, or None for a file that is gone."""
    found = []
    for name in ("account_plan", "designation", "early_warning", "relationship"):
        text = (FOLDER / f"{name}.toml").read_text("utf-8")
        change = changed.get(name, lambda text: text)
        found += [(f"{name}.toml", change(text))] if change else []
    return found


def suggested(text: str) -> str:
    """`proposed` is called `suggested`, with a former name and a deadline of ten days."""
    return (
        text.replace("[states.proposed]", "[states.suggested]")
        .replace('"proposed"', '"suggested"')
        .replace("states.proposed.", "states.suggested.")
    )


def claimed(text: str) -> str:
    return suggested(text).replace("[states.suggested]\n", f"[states.suggested]\n{FORMER}")


def in_force(**changed):
    workflows = assemble(files(**changed), registry.current().vocabulary)
    registry.install(workflows)
    return workflows


async def nothing(customers):
    pass


@pytest.fixture
async def proposed(cast, now, know):
    """acme was proposed by alice; it stands in `proposed` since then."""
    instance = await instance_of("designation", cast.acme)
    await DB.execute(
        "UPDATE customer_fact SET revenue_12m = 9e6, orders_12m = 40, contacts_known = 5, has_lead = TRUE"
        " WHERE customer = $1",
        cast.acme,
    )
    step = registry.current().definition("designation").transitions["propose"]
    fields = {field.name: field.choices[0].name if field.choices else "x" for field in step.fields}
    await advance(instance.id, "propose", by=cast.alice, now=now, comment="They are large", fields=fields)
    return instance.id


async def test_what_stands_in_a_renamed_state_is_taken_along_by_the_system(cast, proposed, now):
    later = now + timedelta(days=3)
    assert await take_along(in_force(designation=claimed), now=later, changed=nothing) == 1
    instance = await instance_of("designation", cast.acme)
    assert (instance.state, instance.revision, instance.entered_at) == ("suggested", 2, now)
    last = (await steps(proposed))[-1]
    assert (last.transition, last.from_state, last.to_state) == ("renamed", "proposed", "suggested")
    assert (last.by, last.at, last.number) == (None, later, 2)
    assert await verify() == []


async def test_taking_along_twice_changes_nothing_more(proposed, now):
    workflows = in_force(designation=claimed)
    assert [await take_along(workflows, now=now, changed=nothing) for _ in range(2)] == [1, 0]
    assert len(await steps(proposed)) == 2


async def test_the_customers_of_a_batch_are_told_in_its_transaction(cast, proposed, now):
    told = []

    async def changed(customers):
        told.extend(customers)
        await refresh_some(list(customers), as_of=now.date(), now=now)

    await take_along(in_force(designation=claimed), now=now, changed=changed)
    assert told == [cast.acme]


async def test_deadlines_count_from_when_the_old_state_was_entered_and_none_acts_twice(cast, proposed, now):
    before = await DB.fetch("SELECT name, due_at FROM workflow_deadline WHERE instance = $1 ORDER BY name", proposed)
    assert len(before) > 1
    await DB.execute(
        "UPDATE workflow_deadline SET settled_at = due_at, outcome = 'done' WHERE instance = $1 AND name = $2",
        proposed, before[0]["name"],
    )  # fmt: skip
    await take_along(in_force(designation=claimed), now=now + timedelta(days=5), changed=nothing)
    open_ones = "SELECT name, due_at, step FROM workflow_deadline WHERE instance = $1 AND settled_at IS NULL"
    assert [tuple(row.values()) for row in await DB.fetch(f"{open_ones} ORDER BY name", proposed)] == [
        (row["name"], row["due_at"], 2) for row in before[1:]
    ]


async def test_who_proposed_may_not_approve_because_the_state_has_another_name(cast, proposed, now):
    await take_along(in_force(designation=claimed), now=now, changed=nothing)
    await DB.execute("UPDATE person SET role = 'manager' WHERE id = $1", cast.alice.id)
    with pytest.raises(Refused) as refused:
        await advance(proposed, "designate", by=cast.alice, now=now, comment="Mine")
    assert "own_work" in {blocker.code for blocker in refused.value.blockers}


async def test_steps_go_on_from_the_new_name(cast, proposed, now):
    await take_along(in_force(designation=claimed), now=now, changed=nothing)
    assert (await advance(proposed, "designate", by=cast.mona, now=now, comment="Yes")).to_state == "designated"


async def test_a_state_that_nobody_claims_has_no_step_and_is_told_with_the_remedy(cast, proposed, now):
    workflows = in_force(designation=suggested)
    assert await take_along(workflows, now=now, changed=nothing) == 0
    assert await options(proposed, by=cast.mona, now=now) == []
    with pytest.raises(Refused, match="proposed"):
        await advance(proposed, "designate", by=cast.mona, now=now, comment="Yes")
    (found,) = await stuck(workflows)
    assert (found.workflow, found.state, found.instances) == ("designation", "proposed", 1)
    assert str(found) == (
        "1 record stands in the state `proposed`, which designation.toml does not have (Acme Industrial): no step "
        'leads on. Write renamed_from = "proposed" at the state that takes its place, or put the state back.'
    )


async def test_a_workflow_whose_file_is_gone_is_told_with_the_remedy(cast, proposed, now):
    workflows = in_force(designation=None)
    assert await options(proposed, by=cast.mona, now=now) == []
    said = [str(one) for one in await stuck(workflows)]
    assert [sentence.split(" of the workflow")[0] for sentence in said] == [
        "1 record stands in the state `ordinary`", "1 record stands in the state `proposed`",
    ]  # fmt: skip
    assert all("Put designation.toml back" in sentence for sentence in said)


async def test_nobody_is_stuck_in_our_own_files_or_in_a_state_that_start_will_take_along(proposed):
    assert await stuck(in_force()) == []
    assert await stuck(in_force(designation=claimed)) == []


def test_a_renamed_transition_keeps_its_title_in_the_history():
    def renamed(text):
        text = text.replace("transitions.propose", "transitions.suggest")
        return text.replace("[transitions.suggest]\n", '[transitions.suggest]\nrenamed_from = ["propose", "put"]\n')

    definition = assemble(files(designation=renamed), VOCABULARY).definition("designation")
    titles = [definition.step_title(name) for name in ("suggest", "propose", "put")]
    assert titles[0] == titles[1] == titles[2] and titles[0]["zh_Hans"]
    assert definition.step_title("gone")["en"] == "gone"
    assert definition.step_title("renamed") == {
        "en": "Renamed in the workflow file", "zh_Hans": "在流程文件中改名", "zh_Hant": "在流程檔案中改名",
    }  # fmt: skip
