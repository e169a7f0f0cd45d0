"""What four people with different roles ask for all day, one thing after the other; and how they were answered."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from random import Random
from typing import Any

import httpx

from tests.chaos.people import Ledger, Person
from tests.formful import sheets

PAGES = (
    "/", "/customers", "/customers?sort=-score", "/plans", "/opportunities", "/orders", "/cases", "/warnings",
    "/portfolio",
    "/customers?q=Works", "/search?q=Wor", "/customers?q=%E5%88%92", "/customers/{}", "/customers/{}", "/customers/{}",
    "/settings", "/sign-in", "/nowhere",
)  # fmt: skip
EXPORTS = ("/customers?format=csv", "/orders?format=csv")
# Of a thousand turns; the others are pages. A page, a form and its sending are one turn each.
SHARES = {"create": 25, "edit": 60, "step": 80, "export": 30, "pdf": 2, "upload": 2}
MAY = {
    "mona": {*SHARES} - {"upload"}, "alice": {*SHARES} - {"upload"}, "ada": {"export", "upload"}, "rita": {"export"},
}  # fmt: skip


class Visitor(Person):
    """`answers` counts by status; what was not answered at all is `unanswered`, and no request that counts."""

    def __init__(self, port: int, name: str, made: dict[str, Any], chance: Random) -> None:
        super().__init__(port, name, made, Ledger(), chance)
        self.all = [customer for owned in made["customers"].values() for customer in owned]
        self.plans = dict(zip(("mona", "alice", "charlie"), made["plans"], strict=True))
        self.answers: Counter[str] = Counter()
        self.unanswered = 0
        self._uploads = itertools.count()
        self.browser.headers["connection"] = "close"  # so that both web processes are asked
        self.browser.event_hooks["response"].append(self._note)

    async def _note(self, answer: httpx.Response) -> None:
        self.answers[str(answer.status_code)] += 1
        faulty = answer.status_code >= 500 and not (answer.status_code == 503 and answer.headers.get("retry-after"))
        if faulty:
            self.ledger.faults.append(f"{answer.request.method} {answer.request.url} answered {answer.status_code}")

    async def begin(self) -> None:
        """Each of it once, so that what is made at the first time only, such as the fonts of documents, is there."""
        for kind in sorted(MAY[self.name]):
            await getattr(self, kind)()

    async def visit(self) -> None:
        """One turn."""
        draw = self.chance.uniform(0, 1000)
        for kind, share in SHARES.items():
            draw -= share
            if draw < 0 and kind in MAY[self.name]:
                await getattr(self, kind)()
                return
        await self.look(self.chance.choice(PAGES).format(self.chance.choice(self.customers or self.all)))

    async def look(self, path: str) -> httpx.Response | None:
        try:
            return await self.browser.get(path)
        except httpx.TransportError:
            await self._rest()
            return None

    async def export(self) -> None:
        await self.look(self.chance.choice(EXPORTS))

    async def edit(self) -> None:
        path = f"/customers/{self.chance.choice(self.customers)}"
        form = await self.look(f"{path}/edit")
        if form is None or form.status_code != 200:
            return
        sheet = next(sheet for sheet in sheets(form.text) if sheet.action == path)
        await self._send(path, sheet.data | {"notes": f"Seen {self.chance.random()}"})

    async def pdf(self) -> None:
        await self._send(f"/plans/{self.plans[self.name]}/documents", {"language": "en"})

    async def upload(self) -> None:
        lines = "".join(f"{number},Brought {number}\n" for number in range(300))
        file = (f"{next(self._uploads)}.csv", f"id,name\n{lines}".encode(), "text/csv")
        await self._send("/imports", {"kind": "customers"}, files={"file": file})

    async def _send(self, path: str, form: dict[str, Any], **more: Any) -> None:
        """Once: what is not answered may have been done, and is looked at again."""
        try:
            await self.browser.post(path, data=form, **more)
        except httpx.TransportError:
            await self._rest()

    async def _rest(self) -> None:
        self.unanswered += 1
        await asyncio.sleep(0.2)
