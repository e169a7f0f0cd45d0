"""Puts the cast, with passwords, into the database that the environment names: `python -m tests.browser.filling`."""

from __future__ import annotations

import asyncio

from kam import settings
from kam.clock import now
from kam.database.engine import DB
from kam.people import passwords
from kam.starting import started
from tests.cast import assemble

PASSWORD = "correct horse battery"


async def fill() -> None:
    async with started(settings.read(), pool=2, prepare=True):
        hashed = await passwords.hashed(PASSWORD)
        async with DB.transaction():
            await assemble(now())
            await DB.execute("UPDATE person SET password_hash = $1", hashed)


if __name__ == "__main__":
    asyncio.run(fill())
