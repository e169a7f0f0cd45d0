"""Work in a child of its own: its answers, its limits, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from subprocess import PIPE

import pytest
import uvloop

from kam.children.keeping import CRASH, MEMORY, TIME, Busy, Children, Ended, Fault
from kam.errors import Invalid
from tests.children import works

LIMITS = {"seconds": 10.0, "memory": 256}


@pytest.fixture
def children():
    return Children("tests.children.works", idle=20)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_there(pid: int) -> bool:
    """Also a dead one that nobody waited for."""
    return Path(f"/proc/{pid}").exists()


async def is_gone(pid: int, seconds: float = 3) -> bool:
    for _ in range(int(seconds * 50)):
        if not lives(pid):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_it_answers_with_what_the_function_declares_and_is_kept_for_the_next(children):
    assert await children.call(works.found, "华东", day=date(2026, 3, 5), **LIMITS) == works.Found(
        "华东", date(2026, 3, 5), "华东".encode()
    )
    first = await children.call(works.pid, **LIMITS)
    assert first != os.getpid()
    assert await children.call(works.pid, **LIMITS) == first


async def test_a_refusal_crosses_as_itself_and_the_child_stays(children):
    pid = await children.call(works.pid, **LIMITS)
    with pytest.raises(Invalid, match=r"a\.csv: 3") as caught:
        await children.call(works.refused, **LIMITS)
    assert caught.value.fields == {"file": "Choose another."}
    with pytest.raises(Fault, match="nobody thought of this"):
        await children.call(works.broken, **LIMITS)
    assert await children.call(works.pid, **LIMITS) == pid


@pytest.mark.parametrize("work", [works.hang, works.hang_in_c])
async def test_what_takes_too_long_is_killed_and_the_next_call_works(children, work):
    pid, begun = await children.call(works.pid, **LIMITS), time.monotonic()
    with pytest.raises(Ended) as caught:
        await children.call(work, seconds=0.3, memory=256)
    assert (caught.value.reason, time.monotonic() - begun < 2) == (TIME, True)
    assert await is_gone(pid)
    assert await children.call(works.doubled, 4, **LIMITS) == 8


async def test_what_takes_too_much_memory_is_ended(children):
    with pytest.raises(Ended) as caught:
        await children.call(works.swell, seconds=10, memory=200)
    assert caught.value.reason == MEMORY
    assert await children.call(works.doubled, 4, **LIMITS) == 8


async def test_a_crash_is_a_sentence_and_the_next_call_works(children):
    with pytest.raises(Ended) as caught:
        await children.call(works.crash, **LIMITS)
    assert caught.value.reason == CRASH
    assert await children.call(works.doubled, 4, **LIMITS) == 8


async def test_a_kept_child_that_somebody_killed_costs_nobody_an_answer(children):
    os.kill(await children.call(works.pid, **LIMITS), signal.SIGKILL)
    assert await children.call(works.doubled, 4, **LIMITS) == 8


async def test_who_no_longer_waits_leaves_no_child_at_work(children):
    pid = await children.call(works.pid, **LIMITS)
    waiting = asyncio.create_task(children.call(works.hang, **LIMITS))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert await is_gone(pid)
    assert await children.call(works.doubled, 4, **LIMITS) == 8


async def test_many_wait_in_turn_and_too_many_are_told_so():
    children = Children("tests.children.works", most=2, queue=30)
    calls = [asyncio.create_task(children.call(works.doubled, number, **LIMITS)) for number in range(40)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[:32] == [number * 2 for number in range(32)]
    assert [type(answer) for answer in answers[32:]] == [Busy] * 8
    pids = await asyncio.gather(*(children.call(works.wait, 0.1, **LIMITS) for _ in range(6)))
    assert len(set(pids)) == 2


async def test_items_are_streamed_and_the_child_is_kept(children):
    pid = await children.call(works.pid, **LIMITS)
    async with children.stream(works.counting, 1000, **LIMITS) as items:
        assert [item async for item in items] == list(range(1000))
    assert await children.call(works.pid, **LIMITS) == pid


async def test_a_refusal_amid_the_items_crosses_too(children):
    seen = []
    with pytest.raises(Invalid, match="second item"):
        async with children.stream(works.faltering, **LIMITS) as items:
            async for item in items:
                seen.append(item)
    assert seen == [1]


async def test_a_child_waits_until_it_is_read_on_and_ends_with_who_reads(children):
    with tempfile.NamedTemporaryFile() as mark:
        os.chmod(mark.name, 0o666)
        pid = await children.call(works.pid, **LIMITS)
        async with children.stream(works.slow_counting, mark.name, **LIMITS) as items:
            await anext(items)
            await asyncio.sleep(0.5)
            assert int(mark.read()) < 10
    assert await is_gone(pid)


@pytest.mark.parametrize("work", ["hang", "hang_in_c", "pid"])
async def test_a_child_ends_when_kam_is_killed(work):
    parent = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.children.parent", work, stdout=PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    assert await is_gone(pid)


async def test_an_idle_child_ends_by_itself():
    children = Children("tests.children.works", idle=0.2)
    pid = await children.call(works.pid, **LIMITS)
    assert await is_gone(pid)
    assert await children.call(works.pid, **LIMITS) != pid


async def test_an_idle_child_that_is_killed_leaves_no_zombie_and_is_replaced(children):
    pid = await children.call(works.pid, **LIMITS)
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while is_there(pid):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    assert await children.call(works.pid, **LIMITS) != pid


async def test_a_warm_child_is_there_before_the_first_call(children):
    await children.warm()
    begun = time.monotonic()
    await children.call(works.pid, **LIMITS)
    assert time.monotonic() - begun < 0.1


async def test_nothing_of_ours_reaches_a_child(children, monkeypatch):
    monkeypatch.setenv("KAM_DATABASE_URL", "postgresql://secret@/kam")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert "secret" not in str(await children.call(works.environment, **LIMITS))
    assert await children.call(works.open_sockets, **LIMITS) == 1
    user, leads_its_session = await children.call(works.user_and_session, **LIMITS)
    borrowed = children._identities[0]
    assert leads_its_session
    assert user == (borrowed.uid if borrowed else os.getuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root lends its children another user.")
async def test_where_nobody_else_may_enter_a_child_runs_as_ourselves(tmp_path, monkeypatch):
    """As in root's own home, where a newcomer puts the checkout."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    assert await Children("tests.children.works").call(works.pid, seconds=20, memory=256)


def test_the_loop_of_the_web_processes_runs_them_too():
    children = Children("tests.children.works")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(children.call(works.doubled, 4, **LIMITS)) == 8
        with pytest.raises(Ended):
            runner.run(children.call(works.hang, seconds=0.2, memory=256))
        assert runner.run(children.call(works.doubled, 5, **LIMITS)) == 10


def test_a_loop_begun_anew_has_children_of_its_own():
    children = Children("tests.children.works")

    async def pid() -> int:
        return await children.call(works.pid, **LIMITS)

    assert asyncio.run(pid()) != asyncio.run(pid())
