"""The kinds of work that are killed: how each is begun, and whether it is under way at this moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from kam.database import postmaster
from kam.database.embedded import Server
from kam.jobs.asking import ask
from tests.chaos.people import Ledger, Person
from tests.chaos.served import Served, comes_true
from tests.formful import sheets
from tests.processes import command, descendants

LINES = 1000  # of a file that is imported

_STANDING = """
SELECT work.state, work.finished_at, EXISTS (
    SELECT FROM procrastinate_jobs job WHERE job.status = 'doing' AND job.args ->> 'work' = work.id::text) AS doing
FROM work WHERE id = $1
"""


async def always(_moment: datetime) -> bool:
    return True


async def never() -> bool:
    return False


@dataclass
class Work:
    """`is_under_way` is asked at the last moment before the kill; `was_under_way` afterwards, with the moment of the
    kill, as far as more can be known then. `victims` are the processes that are killed for this kind of work."""

    kind: str
    victims: tuple[str, ...]
    is_under_way: Callable[[], Awaitable[bool]]
    was_under_way: Callable[[datetime], Awaitable[bool]] = always
    is_over: Callable[[], Awaitable[bool]] = never
    others: Callable[[], dict[str, list[int]]] = field(default=dict)
    """Processes to kill besides those of `kam serve`."""

    async def begins(self) -> None:
        """Waits until it is under way, or has ended already."""

        async def has_begun() -> bool:
            return await self.is_under_way() or await self.is_over()

        await comes_true(has_begun)


class Watcher:
    """A connection to look through, which is made anew when the database was the victim."""

    def __init__(self, kam: Served) -> None:
        self.kam, self.link = kam, None

    async def row(self, sql: str, *args: Any) -> Any:
        if self.link is None or self.link.is_closed():
            found = postmaster.running(self.kam.data)
            assert found
            self.link = await asyncpg.connect(**Server(found.sockets).connection)
        return await self.link.fetchrow(sql, *args)

    async def close(self) -> None:
        if self.link:
            self.link.terminate()


async def steps(people: list[Person]) -> Work:
    """Somebody has asked for a step or a new customer and has no answer yet; what has arrived is read first."""

    async def is_under_way() -> bool:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return any(person.waits for person in people)

    return Work("step", ("main", "web", "web", "web", "postgres", "postmaster"), is_under_way)


async def an_import(person: Person, watcher: Watcher, customers: list[str]) -> tuple[Work, str]:
    """An upload, its columns as they are guessed, and the import asked for."""
    name = f"I{time.time_ns()}"
    numbers = [f"{name}-{number}" for number in range(LINES)]
    lines = ["order no,customer,date,product,qty,price"]
    lines += [
        f"{number},{customers[at % len(customers)]},2026-0{at % 9 + 1}-05,P{at % 7},{at % 5 + 1},10"
        for at, number in enumerate(numbers)
    ]
    file = {"file": (f"{name}.csv", "\n".join(lines).encode(), "text/csv")}
    uploaded = await person.send("/imports", {"kind": "orders"}, 303, files=file)
    assert uploaded, person.ledger.faults
    path = uploaded.headers["location"]
    form = next(sheet for sheet in sheets((await person.browser.get(path)).text) if sheet.action == path)
    assert await person.send(path, form.data | {"then": "import"}, 303), person.ledger.faults
    row = await watcher.row("SELECT work FROM import_file WHERE id = $1", UUID(path.rsplit("/", 1)[1]))
    person.ledger.imports[str(row["work"])] = numbers
    return _long(watcher, "import", row["work"]), str(row["work"])


async def a_pdf(person: Person, watcher: Watcher, plan: str) -> tuple[Work, str]:
    asked = await person.send(f"/plans/{plan}/documents", {"language": "en"}, 303)
    assert asked, person.ledger.faults
    work = asked.headers["location"].rsplit("/", 1)[1]
    person.ledger.documents.add(work)
    return _long(watcher, "pdf", UUID(work)), work


async def a_sweep(kam: Served, watcher: Watcher, by: str, ledger: Ledger) -> tuple[Work, str]:
    async with kam.database():
        work = await ask("sweep", title="Sweep", by=UUID(by), input={"at": time.time_ns()}, now=datetime.now(UTC))
    ledger.sweeps.add(str(work))
    return _long(watcher, "sweep", work), str(work)


def _long(watcher: Watcher, kind: str, work: UUID) -> Work:
    """A worker says that it is doing it, and it did not end before the kill."""

    async def is_under_way() -> bool:
        row = await watcher.row(_STANDING, work)
        return bool(row["state"] == "running" and row["doing"])

    async def was_under_way(moment: datetime) -> bool:
        row = await watcher.row(_STANDING, work)
        return row["finished_at"] is None or row["finished_at"] > moment

    async def is_over() -> bool:
        return (await watcher.row(_STANDING, work))["finished_at"] is not None

    victims = ("main", "worker", "worker", "child", "postgres", "postmaster")
    return Work(kind, victims, is_under_way, was_under_way, is_over)


@asynccontextmanager
async def a_backup(kam: Served) -> AsyncIterator[Work]:
    """Under way while it writes its file and has not ended."""
    folder = kam.folder / "backups"
    folder.mkdir(exist_ok=True)
    file = folder / f"{time.time_ns()}.kam"
    process = kam.run("backup", str(file))

    async def is_under_way() -> bool:
        return process.poll() is None and bool(list(folder.glob(f".{file.name}*")))

    async def is_over() -> bool:
        return process.poll() is not None

    def others() -> dict[str, list[int]]:
        dumping = [pid for pid in descendants(process.pid) if "pg_dump" in command(pid)]
        return {"backup": [process.pid], "pg_dump": dumping}

    try:
        victims = ("backup", "pg_dump", "main", "postgres", "postmaster")
        yield Work("backup", victims, is_under_way, is_over=is_over, others=others)
    finally:
        await asyncio.to_thread(process.wait, 60)
        assert (process.returncode == 0) == file.exists(), kam.said()[-2000:]
