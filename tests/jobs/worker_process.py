"""A worker as a process of its own, with work made for the tests: run as `python -m tests.jobs.worker_process`."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime

from kam.database.connecting import connected
from kam.database.engine import DB
from kam.database.retrying import TRIES
from kam.documents.drawing import drawn
from kam.jobs import worker
from kam.jobs.connections import CONNECTIONS
from kam.jobs.periodic import Periodic
from kam.jobs.tasks import WorkHandle, long_work
from kam.settings import read
from tests.documents.works import hanging


async def note(what: str) -> None:
    await DB.execute("INSERT INTO noted (what, pid) VALUES ($1, $2)", what, os.getpid())


@long_work("note")
async def note_once(handle: WorkHandle) -> None:
    await note(handle.input["what"])
    await handle.finish(result={"noted": handle.input["what"]})


@long_work("slow")
async def slow(handle: WorkHandle) -> None:
    await note("slow begun")
    for step in range(100):
        await handle.progress(step, 100, "counting")
        await asyncio.sleep(0.1)
        if os.environ.get("QUICK"):
            break
    await note("slow ended")


here = set()


@long_work("gather")
async def gather(handle: WorkHandle) -> None:
    """Holds its transaction until as many others hold theirs, and only then says how far it is."""
    async with DB.transaction():
        await note(f"gathered {handle.input['what']}")
        here.add(handle.id)
        while len(here) < handle.input["others"]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
        await handle.progress(1, 1)


@long_work("broken")
async def broken(handle: WorkHandle) -> None:
    raise RuntimeError("a fault in the code")


@long_work("lost")
async def lost(handle: WorkHandle) -> None:
    """Loses its connection more often than is made up for at once."""
    await note("lost begun")
    if await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'lost begun'") <= TRIES:
        raise ConnectionResetError("the database went away")
    await note("lost ended")


@long_work("draw hanging")
async def draw_hanging(handle: WorkHandle) -> None:
    await note("hanging begun")
    await handle.unless_cancelled(drawn(hanging, handle.input.get("begun", ""), data=read().data))


@long_work("sleep")
async def sleep(handle: WorkHandle) -> None:
    """Hangs where nobody can cancel it."""
    await note("sleep begun")
    await asyncio.to_thread(time.sleep, float(handle.input["seconds"]))


async def tick(now: datetime) -> None:
    await note(f"tick {now:%H:%M}")


async def main() -> None:
    worker._GRACE = float(os.environ.get("GRACE", worker._GRACE))
    settings = read()
    async with connected(settings, pool=CONNECTIONS) as url:
        await worker.work(url, [Periodic("tick", "* * * * *", tick)])


if __name__ == "__main__":
    asyncio.run(main())
