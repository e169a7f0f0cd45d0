"""Every way in which another server can be wrong is one sentence, without the password."""

from __future__ import annotations

import os
import re

import asyncpg
import pytest

from kam.database import connecting
from kam.database.engine import KamEngine
from kam.errors import Unavailable
from kam.settings import Settings, read
from tests.server import by_superuser


@pytest.fixture
def engine(monkeypatch):
    """An engine of its own, so that the shared pool of the tests stays open."""
    own = KamEngine(config={})
    monkeypatch.setattr(connecting, "DB", own)
    return own


async def refusal(url):
    with pytest.raises(Unavailable) as refused:
        async with connecting.connected(Settings(data=None, database_url=url)):
            pass
    return str(refused.value)


async def test_another_server_is_used_when_named(database, engine):
    async with connecting.connected(Settings(data=None, database_url=database)):
        assert await engine.fetchval("SELECT count(*) FROM migration") > 0
        assert await engine.fetchval("SHOW timezone") == "UTC"
    assert engine.pool is None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://kam:secret@127.0.0.1:8119/kam", "No database answers at 127.0.0.1:8119"),
        ("postgresql://kam:secret@no-such-host.invalid/kam", "No database answers at no-such-host.invalid:5432"),
        ("mysql://kam:secret@host/kam", "KAM_DATABASE_URL cannot be read"),
        ("postgresql://kam:secret@host:port/kam", "KAM_DATABASE_URL cannot be read"),
    ],
)
async def test_a_wrong_address_or_a_server_that_is_down_is_a_sentence(engine, url, sentence):
    said = await refusal(url)
    assert sentence in said
    assert "secret" not in said


async def test_a_database_that_does_not_exist_is_a_sentence(database, engine):
    assert "no such database" in await refusal(re.sub(r"/run_\d+", "/nowhere", database))


async def test_a_server_that_is_too_old_is_a_sentence(database, engine, monkeypatch):
    async def old():
        return 14

    monkeypatch.setattr(connecting, "server_version", old)
    assert "PostgreSQL 14; kam needs 15" in await refusal(database)
    assert engine.pool is None


async def test_a_database_that_cannot_hold_every_script_is_a_sentence(database, engine):
    control = await asyncpg.connect(by_superuser(database))
    name = f"latin_{os.getpid()}"
    try:
        await control.execute(
            f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc"
        )
        assert "written in LATIN1" in await refusal(re.sub(r"/run_\d+", f"/{name}", database))
        assert engine.pool is None
    finally:
        await control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await control.close()


def test_settings_that_make_no_sense_are_sentences():
    with pytest.raises(Unavailable, match="KAM_POOL"):
        read({"KAM_POOL": "many"})
    assert read({"KAM_DATA": "/tmp/x y"}).data.name == "x y"
