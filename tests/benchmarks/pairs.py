"""This version against another, in interleaved pairs at one connection: the medians, and what part they are.

    git worktree add ../before TAG && (cd ../before && bin/setup)
    python -m tests.benchmarks.loading --customers 100000 --data /tmp/ours     # and the same in ../before
    python -m tests.benchmarks.pairs --data /tmp/ours --other ../before --other-data /tmp/theirs

Both servers run all the time, each on its own folder, and are asked in turns, so that whatever else the machine does
meets both. What is asked of the other is said by its own code, as it knows its tables and sessions.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.serving import serving
from tests.benchmarks.wrk import Caller, run

# Run by each version in its own folder: who asks, and the lines of each job.
_LINES = """
import asyncio, json, os, sys
from kam.settings import read
from kam.starting import started

async def main():
    async with started(read(dict(os.environ)), pool=4):
        try:
            from tests.benchmarks.jobs import caller, jobs
            by, all_jobs = await caller(), await jobs()
        except ImportError:  # before they had a file of their own
            from tests.benchmarks.requests import prepare
            by, all_jobs = await prepare()
        said = {job.title: list(job.lines)[:20000] for job in all_jobs}
    print(json.dumps([by.cookie, by.token, said]))

asyncio.run(main())
"""


@dataclass
class Side:
    """One version at work: where it listens, who asks, and how far its lines of each job are used."""

    address: str
    by: Caller
    lines: dict[str, list[str]]
    used: dict[str, int]

    def turn(self, title: str, seconds: int) -> float:
        """The median answer in milliseconds. Exits if any answer failed."""
        lines = self.lines[title]
        result = run(self.address, lines, self.by, connections=1, seconds=seconds, first=self.used.get(title, 0))
        self.used[title] = self.used.get(title, 0) + result.requests + 1
        if result.failed:
            raise SystemExit(f"{title}: {result.failed} answers of {self.address} failed.")
        return result.median


def lines_of(checkout: Path, data: Path) -> tuple[Caller, dict[str, list[str]]]:
    python = str(checkout / ".venv/bin/python")
    said = subprocess.run(
        [python, "-c", _LINES], cwd=checkout, check=True, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(checkout), "KAM_DATA": str(data)},
    ).stdout  # fmt: skip
    cookie, token, lines = json.loads(said.splitlines()[-1])
    return Caller(cookie, token), lines


def compare(title: str, ours: Side, other: Side, pairs: int, seconds: int) -> str:
    for side in (ours, other):
        side.turn(title, 1)  # warm-up
    found = [(ours.turn(title, seconds), other.turn(title, seconds)) for _ in range(pairs)]
    shares = [mine / theirs for mine, theirs in found]
    mine, theirs = (median(column) for column in zip(*found, strict=True))
    return f"{title:32}{mine:>9.2f}{theirs:>9.2f}{median(shares):>9.2f}  ({min(shares):.2f}–{max(shares):.2f})"


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--other", type=Path, required=True, help="a checkout with its own .venv")
    asked.add_argument("--other-data", type=Path, required=True)
    asked.add_argument("--pairs", type=int, default=7)
    asked.add_argument("--seconds", type=int, default=2)
    asked.add_argument("--only", default="")
    options = asked.parse_args(arguments)
    here, there = Path.cwd(), options.other.resolve()
    mine, theirs = lines_of(here, options.data), lines_of(there, options.other_data)
    with (
        serving(options.data, 8765, python=here / ".venv/bin/python") as first,
        serving(options.other_data, 8766, python=there / ".venv/bin/python", cwd=there) as second,
    ):
        ours, other = Side(first.address, *mine, {}), Side(second.address, *theirs, {})
        print(f"{'median ms':32}{'ours':>9}{'other':>9}{'ratio':>9}")
        for title in (title for title in mine[1] if options.only in title):
            print(compare(title, ours, other, options.pairs, options.seconds), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
