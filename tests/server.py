"""The embedded PostgreSQL of the test runs: one server for all runs on this machine, a fresh database for each run.

The migrated database is kept as a template under a name made from the migrations, so that a run costs one copy.

Tests run with the rights of the role that serves. They sign in as the superuser and put on that role, so that a test
can put it off inside its own transaction (`as_owner`), where nobody else sees what it does.

KAM_PG_BIN lets all of them run on another version of PostgreSQL, with a server of its own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from kam import settings as environment
from kam.database import embedded, migrating, rights, roles
from kam.database.binaries import Binaries, _inspect, _on_the_system
from kam.database.connecting import open_pool
from kam.database.engine import DB

_NUMBERS = count(1)
PROGRAMS = environment.read().pg_bin
_WHICH = f"-{hashlib.sha256(bytes(PROGRAMS)).hexdigest()[:8]}" if PROGRAMS else ""
FOLDER = Path(tempfile.gettempdir()) / f"kam-tests-{os.geteuid()}{_WHICH}"


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
    with embedded.joined(FOLDER, PROGRAMS, durable=False) as server:
        control = await asyncpg.connect(**server.reached_by(roles.SUPERUSER))
        try:
            await _clear_away(control)
            template = await _migrated(control, server)
            await control.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {roles.OWNER}')
            await _as_of_now(server.reached_by(roles.SUPERUSER) | {"database": name})
            serving = {"role": roles.SERVING}
            await open_pool(16, serving, **server.reached_by(roles.SUPERUSER) | {"database": name})
            yield server.url.replace("/kam?", f"/{name}?")
        finally:
            await DB.close()
            await control.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await control.close()


async def _as_of_now(reached: dict[str, Any]) -> None:
    """The template may be days old, and so old a database would say that its nightly sweep is overdue."""
    link = await asyncpg.connect(**reached)
    await link.execute("UPDATE migration SET ran_on = now()")
    await link.close()


async def _migrated(control: asyncpg.Connection, server: embedded.Server) -> str:
    template = f"migrated_{_fingerprint()}"
    await control.execute("SELECT pg_advisory_lock(1)")
    try:
        if await control.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template) is None:
            await control.execute('DROP DATABASE IF EXISTS "unfinished" WITH (FORCE)')
            await control.execute(f'CREATE DATABASE "unfinished" OWNER {roles.OWNER}')
            await open_pool(4, **server.reached_by(roles.OWNER) | {"database": "unfinished"})
            await migrating.migrate()
            await rights.grant(roles.SERVING)
            await DB.close()
            await control.execute(f'ALTER DATABASE "unfinished" RENAME TO "{template}"')
    finally:
        await DB.close()
        await control.execute("SELECT pg_advisory_unlock(1)")
    return template


def _fingerprint() -> str:
    files = [*sorted(migrating.FOLDER.glob("*.py")), Path(rights.__file__)]
    texts = b"".join(path.read_bytes() for path in files)
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


@asynccontextmanager
async def as_owner() -> AsyncIterator[None]:
    """In a transaction: what is done inside is done by the owner of the tables."""
    async with DB.transaction():
        await DB.execute(f"SET LOCAL ROLE {roles.OWNER}")
        yield
        await DB.execute(f"SET LOCAL ROLE {roles.SERVING}")


async def make_table(name: str, columns: str) -> None:
    """A table of a test's own, which other connections see; whoever serves may do everything with it."""
    async with as_owner():
        await DB.execute(f"CREATE TABLE {name} ({columns})")
        await DB.execute(f"GRANT ALL ON {name} TO {roles.SERVING}")


async def drop_table(name: str) -> None:
    async with as_owner():
        await DB.execute(f"DROP TABLE {name}")


def by_superuser(address: str) -> str:
    return address.replace(f"//{roles.SERVING}@", f"//{roles.SUPERUSER}@", 1)


def other_versions() -> list[Binaries]:
    """PostgreSQL beside the one that kam carries, newest first: that of KAM_PG_BIN and those of the system."""
    named = [PROGRAMS] if PROGRAMS else []
    found = {binaries.major: binaries for folder in named + _on_the_system() if (binaries := _inspect(folder))}
    return [found[major] for major in sorted(found, reverse=True)]
