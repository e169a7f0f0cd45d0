"""Opening the shared connection pool, with a sentence for everything that can stand in its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from kam.database import addresses, embedded, roles
from kam.database.engine import DB
from kam.database.explaining import explain
from kam.errors import Unavailable
from kam.settings import Settings

OLDEST = 15
_PATIENCE = 10.0  # seconds to wait for a server to answer
_SESSION = {"application_name": "kam", "timezone": "UTC", "jit": "off"}
# While many ask at once, one answer must not take the processors of the others; a page's statements are short anyway.
FOR_PAGES = {"max_parallel_workers_per_gather": "0"}


@asynccontextmanager
async def connected(
    settings: Settings, *, pool: int | None = None, session: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """Opens `DB` on the server the settings name, by default the embedded one, and yields its address.

    `session` are further settings of each connection.
    """
    if settings.database_url:
        addresses.check(settings.database_url)
        await open_pool(pool or settings.pool, session, dsn=settings.database_url)
        try:
            yield settings.database_url
        finally:
            await DB.close()
        return
    with embedded.joined(settings.data, settings.pg_bin) as server:
        await open_pool(pool or settings.pool, session, **server.connection)
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


async def open_pool(size: int, session: Mapping[str, str] | None = None, **connection: Any) -> None:
    try:
        await DB.open(size, timeout=_PATIENCE, server_settings={**_SESSION, **(session or {})}, **connection)
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
