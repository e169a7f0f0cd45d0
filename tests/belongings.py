"""One record of every kind that belongs to acme, each with a name of its own, and the routes of the app."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.importing.uploading import upload
from kam.jobs.asking import ask
from kam.kinds import KINDS
from kam.plans.commenting import comment as say
from kam.plans.planning_actions import plan_action, plan_initiative
from kam.plans.queries import find
from kam.plans.sections import REQUIRED
from kam.plans.setting_objectives import set_objective
from kam.plans.starting import start
from kam.plans.weighing_risks import weigh_risk
from kam.plans.writing import write_section
from kam.records.kind import Kind
from tests.cast import Cast
from tests.clients import application
from tests.meeting import met
from tests.ordering import line, take
from tests.placing import place_in
from tests.pursuing import note
from tests.records.making import make
from tests.solving import opened
from tests.stepping import advance
from tests.talking import log

MARK = "Zebrafish"
TRACES = ("Acme", "顶点", MARK)
# Those that have the shared pages, or pages of their own at the same addresses.
RECORDS = [kind for kind in KINDS if kind.shares_pages or kind.is_itself]


# As if what was offered had been sent once.
_VERSIONS = """
INSERT INTO quotation_version (id, quotation, number, content, sent_at)
SELECT new_id(), q.id, 1, to_jsonb(q) || '{"lines": []}', $1 FROM quotation q
"""


@dataclass(frozen=True)
class Belongings:
    """By the names that the parameters of routes have; `records` of each kind of record by its path."""

    customer: UUID
    contact: UUID
    interaction: UUID
    order: UUID
    opportunity: UUID
    plan: UUID
    action: UUID
    entry: UUID
    document: UUID
    file: UUID
    work: UUID
    member: UUID
    comment: UUID
    instance: UUID
    records: dict[str, UUID]

    def ids(self) -> list[str]:
        """Of what is acme's: not of records that are nobody's."""
        told = asdict(self)
        records = told.pop("records")
        return [str(one) for one in (*told.values(), *(records[kind.path] for kind in RECORDS if kind.of_customers))]


async def belongings(cast: Cast, now: datetime) -> Belongings:
    """Everything is alice's; the plan is submitted, a case overdue, the follow-up due, and acme on watch."""
    acme, alice = cast.acme, cast.alice
    by = {"by": alice, "now": now}
    contact = await met(acme, f"{MARK} Contact", **by)
    next_step = {"next_step": f"{MARK} step", "next_step_on": now.date()}
    interaction = await log(acme, {"channel": "phone", "purpose": f"{MARK} talk", **next_step}, **by)
    order = await take(acme, [line(1, None, f"{MARK} line", 100)], ordered_on=now.date(), **by)
    opportunity = await note(acme, {"name": f"{MARK} deal", "amount": Decimal(10)}, **by)
    await opened(acme, subject=f"{MARK} case", owner=alice.id, by=alice, now=now - timedelta(days=9))
    member = await _account_member(cast, now)
    plan, action = await _plan(cast, now)
    await place_in("early_warning", acme, "watch", transition="raise_to_watch")
    await DB.execute("UPDATE customer_fact SET warning_level = 1, key_account = TRUE WHERE customer = $1", acme)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 ORDER BY workflow", acme)
    records = {kind.path: await _record(kind, acme, by) for kind in RECORDS}
    await DB.execute(_VERSIONS, now)
    return Belongings(
        customer=acme, contact=contact, interaction=interaction, order=order, opportunity=opportunity,
        plan=plan, action=action, entry=action, document=await _document(cast, plan, now), member=member,
        file=await upload("customers", f"{MARK}.csv", f"name\n{MARK} Ltd\n".encode(), **by),
        work=await ask("import", title=f"{MARK} work", by=alice.id, now=now),
        comment=await say(plan, "situation", f"{MARK} remark", **by),
        instance=instance,
        records=records,
    )  # fmt: skip


async def _record(kind: Kind, acme: UUID, by: dict[str, Any]) -> UUID:
    return acme if kind.is_itself else await make(kind, acme, mark=MARK if kind.of_customers else "Common", **by)


async def _account_member(cast: Cast, now: datetime) -> UUID:
    return await DB.fetchval(
        "INSERT INTO account_member (id, customer, person, position, since)"
        " VALUES (new_id(), $1, $2, 'lead', $3) RETURNING id",
        cast.acme, cast.alice.id, now.date(),
    )  # fmt: skip


async def _plan(cast: Cast, now: datetime) -> tuple[UUID, UUID]:
    by, due = {"by": cast.alice, "now": now}, {"due_on": now.date()}
    period = {"period_start": date(2026, 7, 1), "period_end": date(2027, 6, 30)}
    plan = await start(cast.acme, title=f"{MARK} plan", **period, **by)
    for key in REQUIRED:
        await write_section(plan, key, f"{MARK} {key}", **by, revision=0)
    await set_objective(plan, title=f"{MARK} goal", fact="revenue_12m", target=Decimal(9), **due, **by)
    initiative = await plan_initiative(plan, title=f"{MARK} initiative", **by)
    action = await plan_action(plan, initiative, title=f"{MARK} action", owner=cast.alice.id, **due, **by)
    await weigh_risk(plan, title=f"{MARK} risk", likelihood=3, impact=4, **by)
    await advance((await find(cast.alice, plan))["instance"], "submit", **by)
    return plan, action


async def _document(cast: Cast, plan: UUID, now: datetime) -> UUID:
    return await DB.fetchval(
        "INSERT INTO document (id, kind, subject, customer, name, media_type, content, sha256, made_at, made_by)"
        " VALUES (new_id(), 'plan_pdf', $1, $2, $3, 'application/pdf', '%PDF', encode(sha256('%PDF'), 'hex'), $4, $5)"
        " RETURNING id",
        plan, cast.acme, f"{MARK}.pdf", now, cast.alice.id,
    )  # fmt: skip


def routes(method: str) -> list[str]:
    """The paths of the app that answer `method`, without what serves files of the program itself."""
    found = (route for route in application().routes if method in getattr(route, "methods", ()))
    return sorted(route.path for route in found if not route.path.startswith(("/static", "/schema")))


def parameters(path: str) -> list[str]:
    return re.findall(r"{(\w+):\w+}", path)


def filled(path: str, values: dict[str, object]) -> str:
    """The path with values in the place of its parameters; a KeyError names the one nobody has thought of yet."""
    values = {"record": dict(values.get("records") or {}).get(path.split("/")[1]), **values}
    return re.sub(r"{(\w+):\w+}", lambda found: str(values[found[1]]), path)
