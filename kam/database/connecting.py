"""Opening the shared connection pool, with a sentence for everything that can stand in its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from kam.database import addresses, embedded, roles
from kam.database.engine import DB
from kam.database.explaining import explain
from kam.database.pooling import check_session
from kam.database.reaching import admitted
from kam.database.room import MOST
from kam.errors import Unavailable
from kam.settings import Settings

OLDEST = 15
_PATIENCE = 10.0  # seconds to wait for a server to answer
_SESSION = {"application_name": "kam", "timezone": "UTC", "jit": "off"}
_ADMITTED = 20.0  # seconds to wait for a server that is full or just starting
# While many ask at once, one answer must not take the processors of the others; a page's statements are short anyway.
# Nor may one hold what others wait for, however it was left; `kam.web.repeating` gives up on a page before that.
FOR_PAGES: Mapping[str, Any] = {
    "session": {
        "max_parallel_workers_per_gather": "0",
        "statement_timeout": "60s",
        "lock_timeout": "8s",
        "idle_in_transaction_session_timeout": "60s",
    },
    "patience": 8.0,
    "command_timeout": 62.0,  # only a server that has fallen silent does not say before that it has given up
}


@asynccontextmanager
async def connected(
    settings: Settings, *, pool: int | None = None, how: Mapping[str, Any] | None = None
) -> AsyncIterator[str]:
    """Opens `DB` on the server the settings name, by default the embedded one, and yields its address.

    `how` is what else `open_pool` takes, such as FOR_PAGES.
    """
    size = pool or settings.pool or MOST
    if settings.database_url:
        addresses.check(settings.database_url)
        await open_pool(size, **(how or {}), dsn=settings.database_url)
        try:
            yield settings.database_url
        finally:
            await DB.close()
        return
    with embedded.joined(settings.data, settings.pg_bin) as server:
        await open_pool(size, **(how or {}), **server.connection)
        try:
            yield server.url
        finally:
            await DB.close()


@asynccontextmanager
async def owning(settings: Settings) -> AsyncIterator[str]:
    """Inside, what `DB` does is done by the role that owns the tables, where that is not the one that serves. Yields
    the owner's address."""
    if settings.database_url and not settings.owner_url:
        yield settings.database_url
        return
    with DB.set_aside():
        try:
            address = await _open_as_owner(settings)
        except Unavailable as refusal:
            raise Unavailable(str(refusal).replace("KAM_DATABASE_URL", "KAM_OWNER_URL")) from refusal
        try:
            yield address
        finally:
            await DB.close()


async def _open_as_owner(settings: Settings) -> str:
    if settings.owner_url:
        addresses.check(settings.owner_url)
        await open_pool(2, dsn=settings.owner_url)
        return settings.owner_url
    server = embedded.Server(DB.config["host"], DB.config["port"])
    await open_pool(2, **server.reached_by(roles.OWNER))
    return server.address_of(roles.OWNER)


async def open_pool(
    size: int, session: Mapping[str, str] | None = None, *, patience: float | None = None, **connection: Any
) -> None:
    """`session` are further settings of each connection; of `patience` and `connection` see `KamEngine.open`."""

    async def opened() -> None:
        settings = {**_SESSION, **(session or {})}
        await DB.open(size, patience=patience, timeout=_PATIENCE, server_settings=settings, **connection)

    try:
        await admitted(opened, _ADMITTED)
        await check_session(addresses.place(connection.get("dsn")))
        await _check_version()
        await _check_encoding()
        await _check_letters()
    except BaseException as error:
        await DB.close()
        sentence = explain(error, connection.get("dsn"))
        if sentence is None:
            raise
        raise Unavailable(sentence) from error


async def server_version() -> int:
    """The major version of the server, such as 18."""
    async with DB.connection() as link:
        return int(link.get_server_version().major)


async def _check_version() -> None:
    version = await server_version()
    if version < OLDEST:
        raise Unavailable(f"The database server is PostgreSQL {version}; kam needs {OLDEST} or newer. Upgrade it.")


async def _check_letters() -> None:
    """Names are searched and kept apart without regard to capitals, which a database of the character type C knows only
    of a to z."""
    if not await DB.fetchval("SELECT lower('Ö') = 'ö'"):
        raise Unavailable(
            "The database knows no small letter for “Ö”, so names would not be found. "
            "Create one with LC_CTYPE 'C.UTF-8' (or that of your language) TEMPLATE template0."
        )


async def _check_encoding() -> None:
    async with DB.connection() as link:
        encoding = link.get_settings().server_encoding
    if encoding.upper() not in ("UTF8", "UTF-8"):
        raise Unavailable(
            f"The database is written in {encoding}, which has no place for every name. "
            "Create one with ENCODING 'UTF8' TEMPLATE template0."
        )
