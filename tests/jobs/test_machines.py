"""Machines that act by something else than we do are named, wherever whoever runs kam looks; and nothing breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam.checking import check_machines
from kam.database.engine import DB
from kam.jobs import machines
from kam.workflow import registry


@pytest.fixture
def elsewhere(monkeypatch):
    """Says that another machine is there, which has another file of relationships and none of plans."""

    async def say(version: str = machines.VERSION, **changed: str) -> None:
        ours = registry.current()
        theirs = {name: replace(one, hash=changed.get(name, one.hash)) for name, one in ours.definitions.items()}
        theirs = {name: one for name, one in theirs.items() if one.hash}
        with monkeypatch.context() as there:
            there.setattr(machines.socket, "gethostname", lambda: "kam2.example.com")
            there.setattr(machines, "VERSION", version)
            await machines.say("pages", replace(ours, definitions=theirs))

    return say


async def test_machines_that_are_alike_are_not_spoken_of(db, elsewhere):
    await elsewhere()
    assert await machines.say("pages", registry.current()) == []
    assert await check_machines() == []


async def test_another_file_and_one_that_is_missing_are_named(db, elsewhere):
    await elsewhere(relationship="f" * 64, account_plan="")
    (other,) = await machines.say("jobs", registry.current())
    assert other.files == ("account_plan.toml", "relationship.toml")
    (said,) = await check_machines()
    assert "kam2.example.com" in said and "relationship.toml" in said


async def test_another_version_is_named_and_one_that_is_gone_is_not(db, elsewhere):
    await elsewhere(version="0.0.1")
    (other,) = await machines.others(registry.current())
    assert (other.version, other.files) == ("0.0.1", ())
    for away in ("-5 minutes", "1 year"):  # by a clock of the database that was ahead
        await DB.execute("UPDATE machine SET seen_at = now() + $1::text::interval", away)
        assert await machines.others(registry.current()) == []


async def test_the_page_of_the_workflows_says_so(client, cast, elsewhere):
    await elsewhere(relationship="f" * 64)
    answer = await (await client(cast.alice)).get("/workflows")
    assert answer.status_code == 200
    assert "kam2.example.com" in answer.text and "relationship.toml" in answer.text
