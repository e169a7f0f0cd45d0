"""People who work on while processes die around them, and a ledger of what was acknowledged to them.

Whoever gets no answer, or is asked to come again, sends the same form again, as a browser does: then it must be noticed
that it was sent before.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from kam.web.cookies import SESSION
from kam.web.csrf import masked, secret_for

_PAUSE = 0.08  # seconds between two things that somebody does


@dataclass
class Ledger:
    """What the database must hold exactly once: steps by the name of their request, customers by their name; orders by
    the import that brought them, works by their id. `begun` ones may be there or not, but not twice."""

    steps: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    imports: dict[str, list[str]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    sweeps: set[str] = field(default_factory=set)
    asked_again: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.steps)} steps, {len(self.customers)} customers, {len(self.imports)} imports with "
            f"{sum(map(len, self.imports.values()))} orders, {len(self.documents)} PDFs; "
            f"{self.asked_again} times without an answer or asked to come again"
        )


class Person:
    """Signed in, with some customers; `waits` is whether an answer is outstanding at this moment."""

    def __init__(self, port: int, name: str, made: dict[str, Any], ledger: Ledger, chance: Random) -> None:
        cookie = made["sessions"][name]
        self.name, self.ledger, self.chance = name, ledger, chance
        self.customers = made["customers"].get(name, [])
        self.revisions = dict.fromkeys(self.customers, 0)
        self.waits = False
        self._numbers = itertools.count()
        self.browser = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", cookies={SESSION: cookie}, timeout=30,
            headers={"x-csrf-token": masked(secret_for(cookie)), "x-forwarded-for": "10.0.0.1"},
        )  # fmt: skip

    async def work_on(self) -> None:
        """Until cancelled."""
        while True:
            await (self.step() if self.chance.random() < 0.8 else self.create())
            await asyncio.sleep(self.chance.uniform(0, 2 * _PAUSE))

    async def step(self) -> None:
        """Ends a relationship, or begins to win it back: whichever is next with one of the customers."""
        customer = self.chance.choice(self.customers)
        revision, request = self.revisions[customer], f"chaos-{uuid4()}"
        form = {"transition": "win_back" if revision % 2 else "end", "revision": revision, "request": request}
        said = {"comment": f"Said in {request}", "reason": "price"}
        self.ledger.begun.add(request)
        answer = await self.send(f"/customers/{customer}/relationship/steps", form | said, 200)
        if answer:
            self.revisions[customer] = answer.json()["revision"]
            self.ledger.steps.add(request)

    async def create(self) -> None:
        """By its name, of which there is one: asked again with the same key, it must not be there twice."""
        key = str(uuid4())
        name = f"Chaos {self.name} {next(self._numbers)} {key}"
        form = {"key": key, "name": name, "currency": "EUR", "kind": "organisation"}
        self.ledger.begun.add(name)
        answer = await self.send("/customers", form, 303)
        if answer and answer.headers["location"].startswith("/customers/"):
            self.ledger.customers.add(name)
        elif answer:
            self.ledger.faults.append(f"A new customer led to {answer.headers['location']}")

    async def send(self, path: str, form: dict[str, Any], wanted: int, **more: Any) -> httpx.Response | None:
        """The same until it is answered; any other answer than `wanted`, or 503 with `Retry-After`, is a fault."""
        while True:
            answer = await self._answer(path, form, more)
            if answer is not None and answer.status_code == wanted:
                return answer
            if answer is not None and not (answer.status_code == 503 and answer.headers.get("retry-after")):
                self.ledger.faults.append(f"{path} answered {answer.status_code}: {answer.text[:300]}")
                return None
            self.ledger.asked_again += 1
            await asyncio.sleep(0.1)

    async def _answer(self, path: str, form: dict[str, Any], more: dict[str, Any]) -> httpx.Response | None:
        accepts = {"accept": "application/json"} if path.endswith("/steps") else {}
        self.waits = True
        try:
            return await self.browser.post(path, data=form, headers=accepts, **more)
        except httpx.TransportError:
            return None
        finally:
            self.waits = False
