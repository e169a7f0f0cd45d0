"""One kam that people work on while it is killed, again and again, and looked at after each kill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.chaos import beginning, checking, works
from tests.chaos.people import Ledger, Person
from tests.chaos.served import Served, kill
from tests.chaos.toll import Toll
from tests.chaos.works import Watcher, Work

# Seconds, about; how long it is on this machine is learnt from what is hit and what had ended already.
LASTS = {"step": 0.3, "import": 0.8, "pdf": 0.5, "sweep": 0.3, "backup": 0.4, "start": 2.0}


@dataclass
class Course:
    kam: Served
    made: dict[str, Any]
    chance: Random
    toll: Toll
    ledger: Ledger = field(default_factory=Ledger)
    failed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.watcher = Watcher(self.kam)
        self.lasts = dict(LASTS)
        self.people = [self.person("mona"), self.person("alice")]
        self.ada, self.charlie = self.person("ada"), self.person("charlie")

    def person(self, name: str) -> Person:
        return Person(self.kam.port, name, self.made, self.ledger, self.chance)

    async def strike(self, kind: str) -> None:
        """One kill while this kind of work is under way; then everything is looked at. What has ended already when its
        moment comes is let be, and costs no look."""
        if kind == "backup":
            async with works.a_backup(self.kam) as work:
                struck = await self._kill(work, "")
                if not self.kam.lives():  # or the backup would wait for a database that nobody starts again
                    self.kam.start()
        else:
            struck = await self._kill(*await self._begun(kind))
        if struck:
            await self.look(*struck)
        else:
            self._missed(kind)

    async def _begun(self, kind: str) -> tuple[Work, str]:
        if kind == "import":
            keys = [f"charlie-{number}" for number in range(len(self.made["customers"]["charlie"]))]
            return await works.an_import(self.ada, self.watcher, keys)
        if kind == "pdf":
            return await works.a_pdf(self.charlie, self.watcher, self.made["plans"][2])
        if kind == "sweep":
            return await works.a_sweep(self.kam, self.watcher, self.made["ada"], self.ledger)
        return await works.steps(self.people), ""

    async def _kill(self, work: Work, id: str) -> tuple[Work, str, datetime] | None:
        """Whom, and when."""
        wait, draw = self.chance.random() * self.lasts[work.kind], self.chance.random()
        await work.begins()
        await asyncio.sleep(wait)
        victims = [who for who in work.victims if self._processes(work, who)]
        who = victims[int(draw * len(victims))]
        pid = self.chance.choice(self._processes(work, who))
        self.before = self.kam.family()
        if not await work.is_under_way():
            return None
        moment = datetime.now(UTC)
        kill(pid)
        if who == "child":
            self.failed.add(id)
        await asyncio.sleep(0.1)
        return work, who, moment

    def _missed(self, kind: str) -> None:
        self.toll.missed[kind] += 1
        self.lasts[kind] *= 0.7

    def _processes(self, work: Work, who: str) -> list[int]:
        return work.others().get(who, []) if who in ("backup", "pg_dump") else self.kam.of(who)

    async def look(self, work: Work, who: str, moment: datetime) -> None:
        """After the kill; what more is known of it now decides whether it counts."""
        self.toll.back.append(await self.kam.be_back())
        if len(self.toll.back) % 5 == 1:
            await self.kam.analyze()
        async with self.kam.database():
            await checking.all_ended(self.kam)
            if await work.was_under_way(moment):
                self.toll.hits[work.kind, who] += 1
                self.lasts[work.kind] *= 1.1
            else:
                self._missed(work.kind)
            await checking.check_kept(self.ledger, self.failed)
            await checking.check_sound()
        await checking.check_nobody_left(self.kam, self.before)

    async def strike_start(self, wanted: int) -> None:
        """Kills the first process so that there is a start to kill."""
        for pid in self.kam.of("main"):
            kill(pid)
        await asyncio.to_thread(self.kam.process.wait)
        for _ in range(min(self.chance.randint(1, 3), wanted)):
            await beginning.strike(self.kam, "start", LASTS["start"], self.chance, self.toll)
        self.toll.back.append(await self.kam.be_back())

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """People work on meanwhile, whatever is killed."""
        living = [asyncio.create_task(person.work_on()) for person in self.people]
        try:
            yield
        finally:
            for one in living:
                one.cancel()
            for fault in await asyncio.gather(*living, return_exceptions=True):
                if isinstance(fault, Exception):
                    raise fault
            await self.watcher.close()
            for person in (*self.people, self.ada, self.charlie):
                await person.browser.aclose()
