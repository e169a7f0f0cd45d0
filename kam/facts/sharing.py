"""A long piece of work on the database: one at a time, on two connections, with tables of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TypeAlias

from kam.database.engine import DB, Link

Links: TypeAlias = list[Link]

# In a schema of their own: who serves may make tables nowhere else.
SUBJECT, NEW, RANK = "scratch.fact_subject", "scratch.fact_new", "scratch.fact_rank"

_LOCK = 5_230_026  # any number that nothing else locks
_PATIENCE = 1.0  # seconds to wait for a second connection


@asynccontextmanager
async def alone(tables: Iterable[str]) -> AsyncIterator[Links]:
    """Two connections, or one where the pool is used up or a transaction is running. Nobody else is in here meanwhile,
    and none of `tables` is there before and after."""
    drop = f"DROP TABLE IF EXISTS {', '.join(tables)}"
    async with DB.connection() as link:
        if DB.running() is not None:
            await link.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            await link.execute(drop)
            yield [link]
            await link.execute(drop)
            return
        async with _locked(link):
            try:
                await link.execute(drop)
                async with _second() as second:
                    yield [link, *second]
            finally:
                if not link.is_closed():
                    await link.execute(drop)


@asynccontextmanager
async def _locked(link: Link) -> AsyncIterator[None]:
    """However it ends, and also while it is still waiting, the lock does not go back to the pool with the connection:
    one whose work did not end well is ended too. What it leaves behind, the next one drops."""
    try:
        await link.execute(f"SELECT pg_advisory_lock({_LOCK})")
        yield
        await link.execute(f"SELECT pg_advisory_unlock({_LOCK})")
    except BaseException:
        link.terminate()
        raise


async def share(links: Links, work: Callable[[Link], Awaitable[None]]) -> None:
    """`work` on every connection at once. When it fails on one, it is stopped on the others."""
    if len(links) == 1:
        return await work(links[0])
    tasks = [asyncio.ensure_future(work(link)) for link in links]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _second() -> AsyncIterator[Links]:
    try:
        link = await asyncio.wait_for(DB.borrow(), _PATIENCE)
    except TimeoutError:
        yield []
        return
    try:
        yield [link]
    finally:
        await DB.give_back(link)
