"""Bringing a database up to date survives being killed anywhere, and what it cannot do is a sentence."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import asyncpg
import pytest

from kam import VERSION
from kam.database import migrating, roles
from kam.database.connecting import open_pool
from kam.database.engine import DB, KamEngine
from kam.errors import Unavailable
from tests.server import by_superuser

ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    """What the process would not live to see."""


@pytest.fixture
async def empty(database, monkeypatch):
    """An empty database, and `DB` opened on it for the length of the test."""
    control = await asyncpg.connect(by_superuser(database))
    name = f"run_{os.getpid()}_migrating"
    await control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await control.execute(f"CREATE DATABASE {name} OWNER {roles.OWNER}")
    shared, shared_config = DB.pool, DB.config
    url = re.sub(r"/run_\d+", f"/{name}", database)
    await open_pool(4, dsn=url.replace(roles.SERVING, roles.OWNER))
    try:
        yield url
    finally:
        await DB.close()
        DB.pool, DB.config = shared, shared_config
        await control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await control.close()


@pytest.fixture
def killing(monkeypatch):
    """`killing(n)` lets n statements of the next migration through, and none of the one after it; then the server
    loses the connection, as when we are killed."""
    left: list[int] = []
    first: list[str] = []
    applying: list[str] = []

    async def fetch(self, sql, *args, _fetch=KamEngine.fetch):
        return await _let_through(self, lambda: _fetch(self, sql, *args))

    async def execute(self, sql, *args, _execute=KamEngine.execute):
        return await _let_through(self, lambda: _execute(self, sql, *args))

    async def _let_through(engine, go):
        running = engine.running()
        if running is not None and left:
            first[:] = first or [applying[-1]]
            left[0] = left[0] - 1 if first == applying[-1:] else -1
            if left[0] < 0:
                left.clear()
                running.connection.terminate()
                raise Killed
        return await go()

    async def apply(name, _apply=migrating._apply):
        applying.append(name)
        await _apply(name)

    monkeypatch.setattr(KamEngine, "fetch", fetch)
    monkeypatch.setattr(KamEngine, "execute", execute)
    monkeypatch.setattr(migrating, "_apply", apply)

    def allow(statements):
        left[:], first[:] = [statements], []

    return allow


async def tables():
    return await DB.fetchval(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )


@pytest.mark.long
async def test_killed_at_every_statement_it_goes_on_at_the_next_start(empty, killing):
    assert await kill_at_each(empty, killing, step=1) > 150


async def test_killed_at_many_statements_it_goes_on_at_the_next_start(empty, killing):
    assert await kill_at_each(empty, killing, step=12) > 20


async def kill_at_each(url, killing, step):
    """Every migration is killed at every `step`-th of its statements before it is let through; gives how often."""
    killed, statement = 0, 0
    while True:
        before = await migrating.pending()
        killing(statement)
        try:
            await migrating.migrate()
            break
        except Killed:
            killed += 1
            await DB.close()
            await open_pool(4, dsn=url.replace(roles.SERVING, roles.OWNER))
            after = await migrating.pending()
            assert after in (before, before[1:])
            statement = statement + step if after == before else step
    assert await migrating.pending() == []
    assert await DB.fetchval("SELECT count(*) FROM migration") == len(migrating.known())
    assert await tables() > 40
    return killed


async def test_a_migration_that_fails_is_a_sentence_and_leaves_nothing(empty, monkeypatch):
    await migrating.migrate()
    before = await tables()

    async def forwards():
        return migrating.statements("2099-01-01", "Broken", "CREATE TABLE half (id int)", "SELECT 1 / 0")

    monkeypatch.setattr(migrating, "_files", lambda: {"2099-01-01": Path("broken.py")})
    monkeypatch.setattr(migrating, "import_module", lambda _name: type("Broken", (), {"forwards": forwards}))
    monkeypatch.setattr(migrating, "require_known", nothing)
    with pytest.raises(Unavailable, match=r"“Broken” .* failed.*division by zero"):
        await migrating.migrate()
    assert await tables() == before


async def nothing():
    return None


async def test_an_older_kam_refuses_what_a_newer_one_has_written(empty):
    await migrating.migrate()
    await DB.execute("INSERT INTO migration (name, app_name) VALUES ('2099-01-01T00:00:00', 'kam')")
    await DB.execute("COMMENT ON TABLE migration IS 'kam 9.9'")
    with pytest.raises(Unavailable, match=f"written by kam 9.9; this is kam {VERSION}"):
        await migrating.migrate()


async def test_the_database_says_which_kam_wrote_it(empty):
    await migrating.migrate()
    said = await DB.fetchval("SELECT obj_description('migration'::regclass, 'pg_class')")
    assert said == f"kam {VERSION}"


def test_there_is_one_version():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
