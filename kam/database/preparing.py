"""Before anything is served: migrations applied and rights granted, by the role that owns the tables."""

from __future__ import annotations

from kam.database import rights
from kam.database.connecting import owning
from kam.database.engine import DB
from kam.database.migrating import migrate, pending, require_known
from kam.errors import Unavailable
from kam.settings import Settings


async def prepare(settings: Settings) -> None:
    """Does nothing that is done already, which costs two questions. Raises Unavailable if it cannot be done."""
    role = await DB.fetchval("SELECT current_user")
    if await _is_done(role):
        return
    lacking = bool(await rights.wrong(role))
    async with owning(settings):
        if lacking and not await rights.owns(await DB.fetchval("SELECT current_user")):
            raise Unavailable(rights.LACKING.format(role=role))
        await migrate()
        if await rights.wrong(role):
            await rights.grant(role)
    if not await _is_done(role):
        raise Unavailable("KAM_OWNER_URL leads to another database than KAM_DATABASE_URL. Let both name the same one.")


async def _is_done(role: str) -> bool:
    if await rights.wrong(role):
        return False
    await require_known()
    return not await pending()
