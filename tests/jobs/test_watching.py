"""A worker whose database falls silent ends, with status 1, instead of waiting for ever."""

from __future__ import annotations

import asyncio
import os
import sys

from kam.database.engine import DB
from tests.server import fresh_database
from tests.silencing import network


async def test_a_worker_whose_database_falls_silent_ends_with_status_1():
    async with fresh_database() as address, network(address) as (between, url):
        environment = {**os.environ, "KAM_DATABASE_URL": url, "KAM_WORKER_SILENCE": "0.5"}
        command = [sys.executable, "-m", "tests.jobs.worker_process"]
        worker = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(30):
                while not await DB.fetchval("SELECT count(*) FROM procrastinate_workers"):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            assert worker.returncode is None
            between.silent = True
            async with asyncio.timeout(15):
                _, said = await worker.communicate()
            assert worker.returncode == 1
            assert b"The database is silent" in said
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
