"""Fills a new data folder with a few customers made by the verbs, and prints as JSON who may do what on them.

python -m tests.chaos.filling FOLDER
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import redirect_stdout
from datetime import timedelta
from typing import Any

from kam.clock import now
from kam.customers.creating import create
from kam.facts import catalogue
from kam.facts.refreshing import refresh
from kam.people.sessions import open_session
from kam.plans.sections import REQUIRED
from kam.plans.starting import start
from kam.plans.writing import write_section
from kam.ranking.catalogue import build
from kam.relationships.staffing import add
from kam.settings import read
from kam.starting import started
from tests.cast import Cast, assemble
from tests.ordering import line, take

EACH = 12  # customers of each of these
OWNERS = ("mona", "alice", "charlie")


async def fill(data: str) -> dict[str, Any]:
    moment = now()
    catalogue.use(build())
    async with started(read({**os.environ, "KAM_DATA": data}), pool=4, prepare=True):
        cast = await assemble(moment)
        customers = {name: [str(await _customer(cast, name, number)) for number in range(EACH)] for name in OWNERS}
        plans = [str(await _plan(cast, name, customers[name][0])) for name in OWNERS]
        await refresh(as_of=moment.date(), now=moment)
        people = {name: await open_session(getattr(cast, name).id, now=moment) for name in (*OWNERS, "ada", "rita")}
        return {"sessions": people, "customers": customers, "plans": plans, "ada": str(cast.ada.id)}


async def _customer(cast: Cast, name: str, number: int) -> Any:
    by = {"by": getattr(cast, name), "now": now() - timedelta(minutes=5)}
    customer = await create({"name": f"{name.title()} Works {number}", "external_key": f"{name}-{number}"}, **by)
    await add(customer, by["by"].id, "lead", by=cast.mona if name == "alice" else by["by"], now=by["now"])
    lines = [line(2, None, "Drive", 100 + number)]
    await take(customer, lines, ordered_on=by["now"].date() - timedelta(days=number), **by)
    return customer


async def _plan(cast: Cast, name: str, customer: str) -> Any:
    from datetime import date
    from uuid import UUID

    by = {"by": getattr(cast, name), "now": now()}
    year = by["now"].year
    plan = await start(
        UUID(customer), title=f"Plan of {name}", period_start=date(year, 1, 1), period_end=date(year, 12, 31), **by
    )
    for key in REQUIRED:
        await write_section(plan, key, f"What {name} says of {key}. 计划内容。", **by, revision=0)
    return plan


if __name__ == "__main__":
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        made = asyncio.run(fill(sys.argv[1]))
    print(json.dumps(made))
