"""Opening the shared connection pool, with a sentence for everything that can stand in its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import asyncpg

from kam.database import embedded
from kam.database.engine import DB
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


async def open_pool(size: int, session: Mapping[str, str] | None = None, **connection: Any) -> None:
    try:
        await DB.open(size, timeout=_PATIENCE, server_settings={**_SESSION, **(session or {})}, **connection)
        await _check_version()
        await _check_encoding()
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


async def _check_encoding() -> None:
    async with DB.connection() as link:
        encoding = link.get_settings().server_encoding
    if encoding.upper() not in ("UTF8", "UTF-8"):
        raise Unavailable(
            f"The database is written in {encoding}, which has no place for every name. "
            "Create one with ENCODING 'UTF8' TEMPLATE template0."
        )


def explain(error: BaseException, url: str | None) -> str | None:
    """The sentence for a failure to connect, without the password that the address may hold."""
    where = _place(url)
    if isinstance(error, asyncpg.InvalidPasswordError | asyncpg.InvalidAuthorizationSpecificationError):
        return f"The database at {where} refused the user name or password. Check KAM_DATABASE_URL."
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return f"The server at {where} has no such database. Create it, or correct KAM_DATABASE_URL."
    if isinstance(error, asyncpg.TooManyConnectionsError):
        return f"The database at {where} has no connection left. Raise its max_connections or lower KAM_POOL."
    if isinstance(error, asyncpg.CannotConnectNowError):
        return f"The database at {where} is starting or stopping. Try again in a moment."
    if isinstance(error, ValueError | asyncpg.InterfaceError):
        return f"KAM_DATABASE_URL cannot be read ({_short(error)}). It looks like postgresql://user:password@host/name."
    if isinstance(error, OSError | asyncio.TimeoutError):
        return f"No database answers at {where}. Start it, or correct KAM_DATABASE_URL."
    if isinstance(error, asyncpg.PostgresError):
        return f"The database at {where} refused the connection: {_short(error)}."
    return None


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__


def _place(url: str | None) -> str:
    if url is None:
        return "the data folder"
    try:
        parts = urlsplit(url)
        said = dict(parse_qsl(parts.query))
        return f"{parts.hostname or said.get('host', 'localhost')}:{parts.port or said.get('port', 5432)}"
    except ValueError:
        return "the address in KAM_DATABASE_URL"
