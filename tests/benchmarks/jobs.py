"""What is asked of the server under load: the lines, what a right answer holds, and what a write leaves behind."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx

from kam.clock import now
from kam.database.engine import DB
from kam.people.sessions import open_session
from kam.web.cookies import SESSION
from kam.web.csrf import masked, secret_for
from tests.benchmarks import bare
from tests.benchmarks.bare import Turn
from tests.benchmarks.wrk import Caller

COMMENT = f"benchmark {time.time():.0f}"


@dataclass(frozen=True)
class Job:
    """`lines` as `wrk.run` takes them, and what the answer to the first of them holds. A job with a `bare` counterpart
    of its own writes and uses each line once; `written` is SQL that counts what it has written so far."""

    title: str
    lines: Sequence[str]
    holds: str
    bare: Turn | None = None
    written: str = ""

    async def counterpart(self, caller: Caller) -> Turn:
        return self.bare or bare.reading(await bare.statements_of(self.lines[:200], caller))

    def check(self, address: str, caller: Caller) -> None:
        """Asks for the first line as a browser would. Exits where the answer is not what it should be."""
        path, _, body = self.lines[0].partition("\t")
        headers = {"Cookie": caller.cookie, "X-CSRF-Token": caller.token, "Origin": address}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = httpx.request("POST" if body else "GET", address + path, content=body or None, headers=headers)
        right = answer.status_code == 303 if body else answer.status_code == 200 and self.holds in answer.text
        if not right:
            raise SystemExit(f"{self.title}: {path} answered {answer.status_code} without “{self.holds}”.")


async def caller() -> Caller:
    """A manager of all teams, signed in."""
    person = await DB.fetchval("SELECT id FROM person WHERE role = 'manager' AND active ORDER BY id LIMIT 1")
    await DB.execute("INSERT INTO membership (person, team) SELECT $1, id FROM team ON CONFLICT DO NOTHING", person)
    cookie = await open_session(person, now=now())
    return Caller(f"{SESSION}={cookie}", masked(secret_for(cookie)))


async def jobs() -> list[Job]:
    """Those that read come before those that write."""
    return [*await _reads(), _creates(), await _advances()]


async def _reads() -> list[Job]:
    rows = await DB.fetch(
        "SELECT id::text, name, name_zh FROM customer WHERE deleted_at IS NULL ORDER BY md5(id::text) LIMIT 2000"
    )
    latin = sorted({word[:6] for row in rows for word in row["name"].split() if len(word) >= 6 and word.isascii()})
    chinese = sorted({row["name_zh"][:2] for row in rows if len(row["name_zh"]) >= 2})
    first, best = [await DB.fetchval(f"SELECT name FROM customer {order} LIMIT 1") for order in _FIRST]
    return [
        Job("customer list", ["/customers"], first),
        Job("list by score", ["/customers?sort=-score"], best),
        Job("search, part of a Latin name", [f"/customers?q={quote(word)}" for word in latin], latin[0]),
        Job("search, two Chinese characters", [f"/customers?q={quote(word)}" for word in chinese], chinese[0]),
        Job("customer page", [f"/customers/{row['id']}" for row in rows], rows[0]["name"]),
    ]


_FIRST = (
    "WHERE deleted_at IS NULL ORDER BY sort_name, id",
    "JOIN customer_fact ON customer_fact.customer = customer.id WHERE deleted_at IS NULL ORDER BY score DESC, id DESC",
)


def _creates() -> Job:
    forms = (
        urlencode({"name": f"{COMMENT} {number}", "kind": "organisation", "currency": "EUR", "code": ""})
        for number in range(200_000)
    )  # fmt: skip
    written = (
        f"SELECT count(*) FROM customer_fact f JOIN customer c ON c.id = f.customer WHERE c.name LIKE '{COMMENT} %'"
    )
    return Job("create a customer", [f"/customers\t{form}" for form in forms], "", bare.inserting, written)


async def _advances() -> Job:
    rows = await DB.fetch(
        "SELECT i.id, i.subject::text, i.revision FROM workflow_instance i JOIN customer ON customer.id = i.customer"
        " WHERE i.workflow = 'relationship' AND i.state NOT IN ('break', 'win_back')"
        " ORDER BY md5(i.id::text) LIMIT 60000"
    )
    lines = [
        f"/customers/{row['subject']}/relationship/steps\t"
        + urlencode({"transition": "end", "comment": COMMENT, "reason": "need", "revision": row["revision"],
                     "request": os.urandom(8).hex()})
        for row in rows
    ]  # fmt: skip
    written = f"SELECT count(*) FROM workflow_step WHERE comment = '{COMMENT}'"
    return Job("advance a relationship", lines, "", bare.moving([row["id"] for row in rows]), written)
