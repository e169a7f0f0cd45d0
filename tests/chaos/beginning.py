"""Kills while kam starts: of one in use, of a first start, and of its migrations."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from random import Random

import asyncpg

from kam.database import migrating, postmaster, roles
from kam.database.embedded import Server
from tests.chaos import checking
from tests.chaos.served import Served, comes_true, kill, until
from tests.chaos.toll import Toll

_LASTS = {"first start": 6.0, "migration": 2.5}  # seconds, about
_MIGRATING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"


async def first_starts(place: Path, kind: str, hits: int, chance: Random, toll: Toll) -> None:
    """Again and again in an empty folder, until so many kills have hit; each folder is then started in peace, and is
    as if nothing had happened."""
    while toll.of(kind) < hits:
        kam = Served.in_new(place)
        try:
            for _ in range(min(chance.randint(2, 5), hits - toll.of(kind))):
                await strike(kam, kind, _LASTS[kind], chance, toll)
            toll.back.append(await kam.be_back())
            async with kam.database():
                assert await migrating.pending() == []
                await checking.check_sound()
        finally:
            kam.stop()
        checking.check_no_leftovers(kam)
        assert not kam.family(), kam.family()
        shutil.rmtree(place)


async def strike(kam: Served, kind: str, lasts: float, chance: Random, toll: Toll) -> None:
    """Starts kam unless it is starting already, and kills it, or its database, before it is ready."""
    wait, draw = chance.uniform(0, lasts), chance.random()
    if not kam.lives():
        kam.start()
    if kind == "migration":
        await comes_true(lambda: _migrates_or_is_past(kam))
    await asyncio.sleep(wait)
    victims = [who for who in ("main", "main", "postgres", "postmaster") if kam.of(who)]
    if not victims:
        return
    who = victims[int(draw * len(victims))]
    pid = chance.choice(kam.of(who))
    hit = kam.lives() and not kam.is_ready() and (kind != "migration" or await _migrates(kam))
    kill(pid)
    (toll.hits if hit else toll.missed).update([(kind, who) if hit else kind])
    if who == "main":
        assert kam.process
        await asyncio.to_thread(kam.process.wait)
    elif hit:
        await until(lambda: not kam.lives() or kam.is_ready() or kam.of("postmaster"), "it goes on", 60, kam.said)
    await asyncio.sleep(0.05)


async def _migrates_or_is_past(kam: Served) -> bool:
    return kam.is_ready() or not kam.lives() or await _migrates(kam)


async def _migrates(kam: Served) -> bool:
    found = postmaster.running(kam.data)
    if not found or found.status != "ready":
        return False
    try:
        link = await asyncpg.connect(**Server(found.sockets).reached_by(roles.SUPERUSER))
    except (OSError, asyncpg.PostgresError):
        return False
    try:
        return bool(await link.fetchval(_MIGRATING, migrating._LOCK))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # the database went while it was asked
        return False
    finally:
        link.terminate()
