"""Kills at random, so many of each kind of work that hit it under way; after each of them everything is looked at.

python -m tests.chaos.killing --seed 7 --share 0.1

The seed decides what is killed and after how long; how far the work has come by then is for the machine to say.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.attacks.besieging import python
from tests.chaos import beginning, checking
from tests.chaos.course import LASTS, Course
from tests.chaos.served import Served, folder, tracebacks
from tests.chaos.toll import Toll

# For the long form; of a start and of migrations in a folder of their own.
QUOTAS = {
    "step": 90,
    "import": 55,
    "pdf": 50,
    "sweep": 45,
    "backup": 30,
    "start": 25,
    "first start": 20,
    "migration": 30,
}


async def course(seed: int, quotas: Mapping[str, int]) -> None:
    chance, toll = Random(seed), Toll(seed)
    try:
        with folder() as place:
            await _in_use(place, chance, toll, quotas)
            for kind in ("first start", "migration"):
                await beginning.first_starts(place / "fresh", kind, quotas.get(kind, 0), chance, toll)
    finally:  # also told of a run that found something
        print(toll, flush=True)
        print("Hits:", json.dumps({kind: toll.of(kind) for kind in quotas}), flush=True)


async def _in_use(place: Any, chance: Random, toll: Toll, quotas: Mapping[str, int]) -> None:
    kam = Served(place)
    made = json.loads(await asyncio.to_thread(python, "tests.chaos.filling", str(kam.data)))
    running = Course(kam, made, chance, toll)
    try:
        kam.start()
        await kam.be_back()
        async with running.life():
            while open_kinds := [kind for kind in quotas if kind in LASTS and toll.of(kind) < quotas[kind]]:
                kind = chance.choice(open_kinds)
                wanted = quotas[kind] - toll.of(kind)
                await (running.strike_start(wanted) if kind == "start" else running.strike(kind))
                print(f"{toll.hits.total()} hit, {toll.missed.total()} missed, {kind}", flush=True)
        await _at_the_end(kam, running)
    finally:
        kam.stop()
        print(f"{running.ledger}; {Counter(tracebacks(kam.log)).most_common(8)}", flush=True)
    assert not kam.family(), kam.family()


async def _at_the_end(kam: Served, running: Course) -> None:
    """A backup and a sweep that nobody disturbs clear away what those that were killed left behind."""
    (kam.folder / "backups").mkdir(exist_ok=True)
    for command in (["backup", str(kam.folder / "last.kam")], ["backup", str(kam.folder / "backups" / "last.kam")],
                    ["sweep"], ["verify"]):  # fmt: skip
        process = kam.run(*command)
        assert await asyncio.to_thread(process.wait, 60) == 0, kam.said()[-2000:]
    async with kam.database():
        await checking.check_kept(running.ledger, running.failed)
        await checking.check_sound()
        await checking.check_scratch()
    checking.check_no_leftovers(kam)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--share", type=float, default=1.0, help="of the quotas of the long form")
    asked.add_argument("--only", default="", help="kinds of work, separated by commas")
    given = asked.parse_args()
    wanted = {kind: max(1, round(count * given.share)) for kind, count in QUOTAS.items()}
    print(f"Seed {given.seed}", flush=True)
    asyncio.run(
        course(given.seed, {kind: n for kind, n in wanted.items() if not given.only or kind in given.only.split(",")})
    )
