"""Milliseconds of the first customer page that a new web process draws, with the database warm, beside its tenth.

    python -m tests.benchmarks.first_pages --data /tmp/kam-100k

A server keeps the database running and warm; each turn starts another beside it, whose processes drew nothing yet.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx

from kam.settings import read
from kam.starting import started
from tests.benchmarks.jobs import Job, caller, jobs
from tests.benchmarks.serving import serving
from tests.benchmarks.starting import free_port
from tests.benchmarks.wrk import Caller

TURNS = 5
OTHERS = 9


def first_and_tenth(address: str, job: Job, by: Caller) -> tuple[float, float]:
    """All over one connection, and so by one process."""
    with httpx.Client(base_url=address, headers={"Cookie": by.cookie}) as browser:
        spent = [_spent(browser, job.lines[number]) for number in range(OTHERS + 1)]
    return spent[0], spent[-1]


def _spent(browser: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = browser.get(path)
    spent = (time.perf_counter() - begun) * 1000
    answer.raise_for_status()
    return spent


def _told(name: str, found: Sequence[float]) -> str:
    return f"{name:24}{median(found):8.1f} ms ({min(found):.1f}–{max(found):.1f})"


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    options = asked.parse_args()
    async with started(read({**os.environ, "KAM_DATA": str(options.data)}), pool=4):
        by, page = await caller(), next(job for job in await jobs() if job.title == "customer page")
        found = []
        with serving(options.data, free_port()) as warm:
            page.check(warm.address, by)
            first_and_tenth(warm.address, page, by)
            for _ in range(TURNS):
                with serving(options.data, free_port()) as running:
                    await asyncio.sleep(2)  # until nothing of the start is under way
                    found.append(first_and_tenth(running.address, page, by))
    print(_told("first page of a process", [first for first, _ in found]))
    print(_told("tenth", [tenth for _, tenth in found]))


if __name__ == "__main__":
    asyncio.run(main())
