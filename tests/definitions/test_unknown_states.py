"""Whatever a record stands in, its pages are there: a state that no file has, or a workflow whose file is gone."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.workflow import registry
from tests.belongings import belongings, filled, parameters, routes
from tests.placing import place_all

GONE = "state_of_yesterday"
LISTS = (
    "/", "/portfolio?view=board", "/portfolio?view=list", "/portfolio?view=matrix", "/portfolio?view=pareto",
    f"/portfolio?view=list&stage={GONE}", "/portfolio?format=csv", "/customers", f"/customers?stage={GONE}",
    "/customers?format=csv", "/customers?format=xlsx", "/plans", f"/plans?state={GONE}", "/plans?format=csv",
    "/warnings", f"/warnings?level={GONE}", "/approvals", "/workflows", "/ranking", "/search?q=acme",
    *(f"/workflows/{name}" for name in ("relationship", "early_warning", "designation", "account_plan")),
)  # fmt: skip


@pytest.fixture
async def things(cast, now):
    return await belongings(cast, now)


@pytest.fixture
async def astray(cast, things):
    """All of acme's workflows stand where no file says anything, with an open deadline each."""
    await place_all(GONE, "customer = $1", cast.acme)
    await DB.execute("UPDATE customer_fact SET stage = $2 WHERE customer = $1", cast.acme, GONE)
    await _deadlines(cast)
    return things


@pytest.fixture
async def without_files(cast, things):
    """The files of all workflows are gone."""
    await _deadlines(cast)
    before = registry.current()
    registry.install(replace(before, definitions={}, machines={}, rules={}))
    yield things
    registry.install(before)


async def _deadlines(cast):
    await DB.execute(
        "INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)"
        " SELECT new_id(), id, revision, 'yesterdays_deadline', now(), '' FROM workflow_instance WHERE customer = $1",
        cast.acme,
    )


def addresses(cast, things) -> list[str]:
    words = asdict(things) | {
        "key": "situation", "number": 1, "workflow": "relationship", "name": "relationship", "session": "none",
        "view": new_id(), "person": cast.bob.id, "team": cast.north, "product": new_id(),
    }  # fmt: skip
    # Of nothing that stands in a workflow.
    beside = ("/imports", "/work", "/people/new", "/teams/new", "/metrics", "/storage")
    paths = [path for path in routes("GET") if not {"product", "name"} & set(parameters(path))]
    paths = [path for path in paths if not path.startswith(beside) and not path.endswith("/deactivation")]
    return [*LISTS, *(filled(path, words) for path in paths)]


async def walked(browser, addresses: list[str]) -> dict[str, int]:
    found = {}
    for address in addresses:
        answer = await browser.get(address)
        if answer.status_code not in (200, 303):
            found[address] = answer.status_code
    return found


@pytest.mark.parametrize("who", ["alice", "mona", "ada"])
async def test_every_page_is_there_while_records_stand_in_unknown_states(client, cast, astray, who):
    found = await walked(await client(getattr(cast, who)), addresses(cast, astray))
    assert found == {}


SHOWN = (
    "/customers/{customer}", "/plans/{plan}", "/warnings/{customer}", "/warnings", "/portfolio?view=board", "/plans",
    "/customers?columns=name&columns=stage", "/customers?format=csv", "/portfolio?format=csv", "/plans?format=csv",
    "/workflows", "/workflows/relationship",
)  # fmt: skip


@pytest.mark.parametrize("path", SHOWN)
async def test_an_unknown_state_is_shown_by_its_name(client, cast, astray, path):
    answer = await (await client(cast.alice)).get(path.format(**asdict(astray)))
    assert GONE in answer.text


@pytest.mark.parametrize("path", ["/customers?stage=", "/portfolio?view=list&stage=", "/plans?state="])
async def test_lists_can_be_filtered_by_an_unknown_state(client, cast, astray, path):
    browser = await client(cast.alice)
    assert f'value="{GONE}"' in (await browser.get(path)).text
    assert "Acme" in (await browser.get(path + GONE)).text


async def test_a_step_from_an_unknown_state_is_refused_in_place(client, cast, astray):
    said = {"transition": "step_back", "revision": "0", "comment": "Try"}
    answer = await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=said)
    assert answer.status_code == 409 and GONE in answer.text


async def steps_of_tomorrow(browser, things) -> dict[str, int]:
    """What each door answers to a step that only a machine of a newer version knows."""
    doors = [path for path in routes("POST") if path.endswith(("/steps", "/bulk"))]
    assert len(doors) >= 3
    words = asdict(things) | {"workflow": "relationship"}
    said = {"transition": "of_tomorrow", "action": "of_tomorrow", "revision": "1", "customer": things.customer}
    return {path: (await browser.post(filled(path, words), data=said)).status_code for path in doors}


async def test_a_step_that_only_another_machine_knows_is_refused_at_every_door(client, cast, things):
    found = await steps_of_tomorrow(await client(cast.alice), things)
    assert all(status < 500 for status in found.values()), found


async def test_so_it_is_where_only_another_machine_has_the_files(client, cast, without_files):
    found = await steps_of_tomorrow(await client(cast.alice), without_files)
    assert all(status < 500 for status in found.values()), found


@pytest.mark.parametrize("who", ["alice", "mona", "ada"])
async def test_every_page_is_there_while_the_files_of_all_workflows_are_gone(client, cast, without_files, who):
    lists = [address for address in addresses(cast, without_files) if not address.startswith("/workflows/")]
    found = await walked(await client(getattr(cast, who)), lists)
    assert found == {}


async def test_a_workflow_whose_file_is_gone_is_shown_by_its_name(client, cast, without_files):
    browser = await client(cast.alice)
    for path in ("/workflows", f"/customers/{cast.acme}/history"):
        assert "account_plan" in (await browser.get(path)).text, path
    assert "submitted" in (await browser.get(f"/plans/{without_files.plan}")).text.lower()
