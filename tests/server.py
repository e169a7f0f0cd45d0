"""The embedded PostgreSQL of the test runs: one server for all runs on this machine, a fresh database for each run.

The migrated database is kept as a template under a name made from the migrations, so that a run costs one copy.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg

from kam.database import embedded, migrating
from kam.database.connecting import open_pool
from kam.database.engine import DB

_NUMBERS = count(1)
FOLDER = Path(tempfile.gettempdir()) / f"kam-tests-{os.geteuid()}"


@asynccontextmanager
async def fresh_database() -> AsyncIterator[str]:
    """Opens `DB` on a migrated database of its own and gives its address.

    Inside another one, for tests that commit: `DB` is back in the outer one afterwards.
    """
    outer, DB.pool = DB.pool, None
    name = f"beside_{os.getpid()}_{next(_NUMBERS)}" if outer else f"run_{os.getpid()}"
    try:
        async with _opened(name) as url:
            yield url
    finally:
        DB.pool = outer


@asynccontextmanager
async def _opened(name: str) -> AsyncIterator[str]:
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    with embedded.joined(FOLDER, durable=False) as server:
        control = await asyncpg.connect(**server.connection)
        try:
            await _clear_away(control)
            template = await _migrated(control, server)
            await control.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            await open_pool(16, **server.connection | {"database": name})
            yield server.url.replace("/kam?", f"/{name}?")
        finally:
            await DB.close()
            await control.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await control.close()


async def _migrated(control: asyncpg.Connection, server: embedded.Server) -> str:
    template = f"migrated_{_fingerprint()}"
    await control.execute("SELECT pg_advisory_lock(1)")
    try:
        if await control.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template) is None:
            await control.execute('DROP DATABASE IF EXISTS "unfinished" WITH (FORCE)')
            await control.execute('CREATE DATABASE "unfinished"')
            await open_pool(4, **server.connection | {"database": "unfinished"})
            await migrating.migrate()
            await DB.close()
            await control.execute(f'ALTER DATABASE "unfinished" RENAME TO "{template}"')
    finally:
        await DB.close()
        await control.execute("SELECT pg_advisory_unlock(1)")
    return template


def _fingerprint() -> str:
    texts = b"".join(path.read_bytes() for path in sorted(migrating.FOLDER.glob("*.py")))
    return hashlib.sha256(texts).hexdigest()[:16]


async def _clear_away(control: asyncpg.Connection) -> None:
    """Databases of runs that were killed."""
    for row in await control.fetch("SELECT datname FROM pg_database WHERE datname ~ '^(run|beside)_'"):
        if not _lives(int(row["datname"].split("_")[1])):
            await control.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
