"""Plans too large to draw, and deadlines that fall due meanwhile: `python -m tests.attacks.plans DATA fill|settled`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import redirect_stdout
from datetime import date, timedelta
from typing import Any

from kam.clock import now
from kam.database.engine import DB
from kam.people.sessions import viewer_of
from kam.plans.sections import REQUIRED
from kam.plans.starting import start
from kam.plans.writing import LONGEST, write_section
from kam.settings import read
from kam.starting import started

HUGE = 14
DUE = 60  # deadlines, one every two seconds from now on
TEXT = "\n\n".join(f"- What we know of them, number {n}: 我们与客户共同成长" for n in range(LONGEST))[:LONGEST]


async def fill() -> dict[str, Any]:
    """The ids of plans that take minutes, and of one that takes a second; the deadlines are laid down last."""
    person = await DB.fetchval("SELECT id FROM person WHERE role = 'administrator' AND active ORDER BY id LIMIT 1")
    by, moment = await viewer_of(person, now=now()), now()
    assert by is not None
    customers = await DB.fetch("SELECT id FROM customer ORDER BY id LIMIT $1", HUGE + 1)
    plans = []
    for number, row in enumerate(customers):
        period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
        plan = await start(row["id"], title=f"Plan {number}", by=by, now=moment, **period)
        for key in REQUIRED if number < HUGE else ():
            await write_section(plan, key, TEXT, by=by, now=moment, revision=0)
        plans.append(str(plan))
    await DB.execute(
        """
        INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
        SELECT new_id(), id, revision, 'watch_calm', $1::timestamptz + row_number() OVER () * interval '2 seconds', ''
        FROM workflow_instance WHERE workflow = 'early_warning' LIMIT $2
        """,
        now(), DUE,
    )  # fmt: skip
    return {"huge": plans[:HUGE], "small": plans[HUGE]}


async def settled() -> dict[str, Any]:
    """Seconds that the deadlines were late, those still open counted until now; works by state; how failures read."""
    late = await DB.fetch(
        "SELECT extract(epoch FROM coalesce(settled_at, $1) - due_at)::float AS seconds FROM workflow_deadline"
        " WHERE name = 'watch_calm' AND due_at < $1",
        now() - timedelta(seconds=1),
    )
    works = await DB.fetch("SELECT state, count(*) FROM work GROUP BY state")
    failed = await DB.fetch("SELECT DISTINCT message FROM work WHERE state = 'failed'")
    return {
        "late": [row["seconds"] for row in late],
        "works": {row["state"]: row["count"] for row in works},
        "failed": [row["message"] for row in failed],
    }


async def _asked(data: str, question: str) -> dict[str, Any]:
    async with started(read({**os.environ, "KAM_DATA": data}), pool=2):
        return await (fill() if question == "fill" else settled())


if __name__ == "__main__":
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        answer = asyncio.run(_asked(*sys.argv[1:]))
    print(json.dumps(answer))
