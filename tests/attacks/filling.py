"""Fills a new data folder with a small book of business and prints, as JSON, a session for one person of each role."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import redirect_stdout
from datetime import timedelta

from kam.clock import now
from kam.database.engine import DB
from kam.facts import catalogue
from kam.facts.refreshing import refresh
from kam.people.sessions import open_session
from kam.ranking.catalogue import build
from kam.settings import read
from kam.starting import started
from tests.benchmarks.loading import load, superior

CUSTOMERS = 300


async def fill(data: str) -> dict[str, str]:
    moment = now()
    catalogue.use(build())
    async with started(read({**os.environ, "KAM_DATA": data}), pool=4, prepare=True):
        async with superior():
            await load(CUSTOMERS, now=moment - timedelta(minutes=1))
        await refresh(as_of=moment.date(), now=moment)
        people = await DB.fetch("SELECT DISTINCT ON (role) id, role FROM person WHERE active ORDER BY role, id")
        return {row["role"]: await open_session(row["id"], now=moment) for row in people}


if __name__ == "__main__":
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        sessions = asyncio.run(fill(sys.argv[1]))
    print(json.dumps(sessions))
