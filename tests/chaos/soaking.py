"""A soak: four people ask for all sorts of things, processes are killed between, and nothing grows.

python -m tests.chaos.soaking --requests 20000 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter
from random import Random
from typing import Any

from tests.attacks.besieging import python
from tests.chaos import checking
from tests.chaos.measuring import Held
from tests.chaos.served import Served, folder, kill, tracebacks
from tests.chaos.visiting import MAY, Visitor

# Who is killed after which part of the requests. What is left after the last death of the web processes is the longest
# part, so that they grow old enough to be compared.
KILLS = (
    (0.1, "worker"), (0.15, "web"), (0.2, "postgres"), (0.25, "main"), (0.35, "child"), (0.45, "postmaster"),
    (0.55, "worker"), (0.65, "postgres"), (0.75, "child"), (0.85, "postmaster"),
)  # fmt: skip
FEW_KILLS = ((0.1, "web"), (0.2, "main"), (0.4, "postmaster"), (0.6, "postgres"), (0.8, "worker"))
MANY = 5_000  # requests, of which there is time for all the kills
AFTER = 0.1  # of the requests, until a process counts as warm: 2,000 of 20,000


async def soak(requests: int, seed: int) -> None:
    chance = Random(seed)
    with folder() as place:
        kam = Served(place)
        made = json.loads(await asyncio.to_thread(python, "tests.chaos.filling", str(kam.data)))
        held = Held(kam)
        visitors = [Visitor(kam.port, name, made, chance) for name in MAY]
        try:
            kam.start()
            await kam.be_back()
            for visitor in visitors:
                await visitor.begin()
            async with kam.database():
                await checking.all_ended(kam)
            began = time.monotonic()
            await _visited(kam, visitors, held, requests, chance)
            print(_told(seed, visitors, time.monotonic() - began, kam), flush=True)
            faults = [fault for visitor in visitors for fault in visitor.ledger.faults]
            assert not faults, faults[:10]
            after = int(requests * AFTER)
            for line in held.check(after, after):
                print("  " + line, flush=True)
            async with kam.database():
                await checking.all_ended(kam)
                for visitor in visitors:
                    await checking.check_kept(visitor.ledger, set())
                await checking.check_sound()
        finally:
            kam.stop()
            for visitor in visitors:
                await visitor.browser.aclose()


async def _visited(kam: Served, visitors: list[Visitor], held: Held, requests: int, chance: Random) -> None:
    def asked() -> int:
        return sum(visitor.answers.total() for visitor in visitors)

    async def visit(visitor: Visitor) -> None:
        while asked() < requests:
            await visitor.visit()

    going = [asyncio.create_task(visit(visitor)) for visitor in visitors]
    for part, victim in (*_kills(requests), (1.0, "")):
        await _look_until(going, held, asked, int(requests * part), every=requests // 100)
        if pids := kam.of(victim) if victim else []:
            kill(chance.choice(pids))
            if victim == "main":
                await asyncio.to_thread(kam.process.wait)
                kam.start()
    await asyncio.gather(*going)


def _kills(requests: int) -> tuple[tuple[float, str], ...]:
    return KILLS if requests >= MANY else FEW_KILLS


async def _look_until(going: list[Any], held: Held, asked: Any, wanted: int, every: int) -> None:
    due = asked() + every
    while asked() < wanted and not any(task.done() for task in going):
        if asked() >= due:
            held.look(asked())
            due += every
        await asyncio.sleep(0.05)


def _told(seed: int, visitors: list[Visitor], seconds: float, kam: Served) -> str:
    answers = sum((visitor.answers for visitor in visitors), Counter())
    unanswered = sum(visitor.unanswered + visitor.ledger.asked_again for visitor in visitors)
    kills = len(_kills(answers.total()))
    return (
        f"Seed {seed}: {answers.total()} requests in {seconds:.0f} s with {kills} kills between; "
        f"answers {dict(answers.most_common())}, {unanswered} more without an answer or sent again; in the log: "
        f"{Counter(tracebacks(kam.log)).most_common(4)}"
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--requests", type=int, default=20_000)
    asking.add_argument("--seed", type=int, default=int(time.time()))
    given = asking.parse_args()
    print(f"Seed {given.seed}", flush=True)
    asyncio.run(soak(given.requests, given.seed))
