"""The kinds of long work there are, and what one piece of it can say while it runs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from kam.database.engine import DB, Link
from kam.errors import DomainError

T = TypeVar("T")
_OFTEN_ENOUGH = 0.25  # seconds between two notes of progress

_PROGRESS = """
UPDATE work SET done = $2, total = coalesce($3, total), message = CASE WHEN $4::text = '' THEN message ELSE $4::text END
 WHERE id = $1 RETURNING cancel_asked
"""
_SETTLE = """
UPDATE work SET result = '{"kept": true}'::jsonb || $3::jsonb, document = coalesce($4, document), message = $2
 WHERE id = $1 AND NOT cancel_asked RETURNING true
"""


class Cancelled(DomainError):
    """The person who asked for the work no longer wants it."""


class WorkHandle:
    """One piece of work under way; `input` is what was asked with, `now` when it was begun.

    `settled` is what the run before this one has settled, in the transaction that kept what it did, before it was
    interrupted; empty if there was none. Then only what follows from it is still to be done.
    """

    def __init__(self, row: Mapping[str, Any], now: datetime) -> None:
        self.id: UUID = row["id"]
        self.kind: str = row["kind"]
        self.title: str = row["title"]
        self.asked_by: UUID | None = row["asked_by"]
        self.asked_at: datetime = row["asked_at"]
        self.input: dict[str, Any] = json.loads(row["input"])
        self.now = now
        self.settled: dict[str, Any] = json.loads(row["result"])
        self.result: dict[str, Any] = {}
        self.document: UUID | None = None
        self._noted = 0.0

    async def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Notes how far it is, at most four times a second. Raises Cancelled when the work shall stop.

        Written beside the current transaction, so that it is seen while that is still open.
        """
        moment = time.monotonic()
        if moment - self._noted < _OFTEN_ENOUGH and done != total:
            return
        self._noted = moment
        link = await DB.borrow()
        try:
            stop = await self._note(link, done, total, message)
        finally:
            await DB.give_back(link)
        if stop:
            raise Cancelled(self.title)

    async def unless_cancelled(self, doing: Awaitable[T]) -> T:
        """Does what says nothing of itself, and breaks it off within half a second when the work shall stop."""
        task = asyncio.ensure_future(doing)
        try:
            while not (await asyncio.wait({task}, timeout=_OFTEN_ENOUGH))[0]:
                await self._stop_if_wanted()
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _stop_if_wanted(self) -> None:
        if await DB.fetchval("SELECT cancel_asked FROM work WHERE id = $1", self.id):
            raise Cancelled(self.title)

    async def settle(
        self, message: str, *, result: Mapping[str, Any] | None = None, document: UUID | None = None
    ) -> None:
        """From here on it cannot be stopped, and is not done again: called in the transaction that keeps what was done,
        as its last word, for progress noted beside that transaction would wait for it, and it for the progress.

        Raises Cancelled if it shall stop. Who asks for that at the same moment waits until it is decided.
        """
        if not await DB.fetchval(_SETTLE, self.id, message, json.dumps(dict(result or {})), document):
            raise Cancelled(self.title)
        await self.finish(result=result, document=document)

    async def finish(self, *, result: Mapping[str, Any] | None = None, document: UUID | None = None) -> None:
        """What came of it; stored when the work has returned."""
        self.result = dict(result or {})
        self.document = document

    async def _note(self, link: Link, done: int, total: int | None, message: str) -> bool:
        stop = await link.fetchval(_PROGRESS, self.id, done, total, message)
        if stop is None:  # the row itself was made in the transaction we are in
            stop = await DB.fetchval(_PROGRESS, self.id, done, total, message)
        return bool(stop)


Doing = Callable[[WorkHandle], Awaitable[None]]
LONG_WORK: dict[str, Doing] = {}


def long_work(kind: str) -> Callable[[Doing], Doing]:
    """Declares what does the work of this kind."""

    def declare(doing: Doing) -> Doing:
        LONG_WORK[kind] = doing
        return doing

    return declare
