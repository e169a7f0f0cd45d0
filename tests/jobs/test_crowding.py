"""Machines beside each other leave one another their connections, and say where they do not fit."""

from __future__ import annotations

import pytest

from kam import cli
from kam.checking import check_machines
from kam.database import room
from kam.database.engine import DB
from kam.jobs import crowding, machines, saying
from kam.jobs.connections import CONNECTIONS, OF_QUEUE
from kam.workflow import registry

BESIDE = CONNECTIONS + OF_QUEUE


@pytest.fixture
def elsewhere(monkeypatch):
    """Says that another machine is there, whose pages may take so many connections."""

    async def say(pages: int, jobs: int = BESIDE) -> None:
        with monkeypatch.context() as there:
            there.setattr(machines.socket, "gethostname", lambda: "kam2.example.com")
            await machines.say("pages", registry.current(), pages)
            await machines.say("jobs", registry.current(), jobs)

    return say


@pytest.fixture
def environment(monkeypatch):
    """What `kam serve` leaves its web processes, forgotten afterwards."""
    for name in ("KAM_POOL", "KAM_CONNECTIONS"):
        monkeypatch.setenv(name, "")
    return monkeypatch


async def test_a_machine_that_starts_leaves_the_others_theirs(db, elsewhere, environment, capsys):
    await cli._share(2)
    assert "2 web processes × 16 + 23" in capsys.readouterr().out
    await elsewhere(32)
    environment.setenv("KAM_POOL", "")
    await cli._share(2)
    told = capsys.readouterr()
    fitting = (97 - 32 - BESIDE - BESIDE - room.SPARE) // 2
    assert f"2 web processes × {fitting} + {BESIDE}" in told.out and "other machines may take 55." in told.out
    assert "do not fit" not in told.err


async def test_it_does_not_count_itself_when_it_starts_again(db):
    await machines.say("pages", registry.current(), 32)
    await machines.say("jobs", registry.current(), BESIDE)
    assert await crowding.taken_by_others() == 0


async def test_too_many_are_said_at_the_start_by_check_and_in_the_log(db, elsewhere, environment, capsys, caplog):
    await elsewhere(128)
    await cli._share(2)
    told = capsys.readouterr()
    assert "× 3 +" in told.out and "other machines may take 151" in told.err and "KAM_POOL" not in told.out
    await machines.say("pages", registry.current(), 6)
    (said,) = await check_machines()
    assert "may take 157 connections at once, and it allows 97" in said
    assert "kam2.example.com, pages" in said and "KAM_POOL" in said
    environment.setattr(saying.asyncio, "sleep", ended)
    with pytest.raises(Ended):
        await saying.keep_saying("pages", registry.current(), 6)
    assert caplog.text.count("may take 157 connections") == 1


class Ended(BaseException):
    pass


async def ended(*_):
    raise Ended


async def test_machines_that_fit_or_are_gone_are_not_spoken_of(db, elsewhere):
    await machines.say("pages", registry.current(), 16)
    await elsewhere(16)
    assert await check_machines() == []
    await elsewhere(128)
    assert await check_machines() != []
    await DB.execute("UPDATE machine SET seen_at = now() - interval '5 minutes'")
    assert await check_machines() == []
    assert await crowding.taken_by_others() == 0


async def test_the_page_of_the_workflows_tells_administrators(client, cast, elsewhere):
    await elsewhere(128)
    told = (await (await client(cast.ada)).get("/workflows")).text
    assert "may together take 151 connections" in told and "kam2.example.com, pages" in told
    assert "151 connections" not in (await (await client(cast.alice)).get("/workflows")).text
