"""Taking in a new customer: one statement writes it, its place in each workflow, its facts and its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from kam.customers.facts import RECORD
from kam.customers.kind import CUSTOMER
from kam.customers.parents import require_visible_parent
from kam.customers.terms import ORGANISATION
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed
from kam.facts.catalogue import current as facts
from kam.facts.statement import of_new
from kam.language import N_
from kam.people.owning import ONLY_A_MANAGER, require_owner
from kam.people.viewer import Viewer
from kam.records import judging
from kam.records.recording import as_json
from kam.records.submitting import Submission
from kam.workflow.definition import Definition
from kam.workflow.registry import current

USUAL: dict[str, Any] = {
    "name_zh": "", "kind": ORGANISATION, "parent": None, "industry": "", "industry_stage": "", "size": "",
    "employees": None, "source": "", "tags": [], "country": "", "region": "", "city": "", "address": "",
    "website": "", "phone": "", "email": "", "preferred_channel": "", "contact_every_days": None,
    "currency": "EUR", "credit_limit": None, "tax_number": "", "notes": "", "external_key": None,
}  # fmt: skip
COLUMNS = ("id", "name", *USUAL, "owner", "team", "created_by", "created_at", "updated_at")
LIFECYCLE = "relationship"  # the workflow whose state is the stage of a customer
CODE_TAKEN = N_("This code is not free. Give a different one, or leave it empty for the next free code.")
KEY_TAKEN = N_("Another customer of this team has this key in the other system.")
# Two who give the same one at one moment both find it free; who writes second is told by the constraint.
TAKEN = {"customer_code_key": ("code", CODE_TAKEN), "key_once_per_team": ("external_key", KEY_TAKEN)}

# What the facts know of a customer at its beginning: its record, and where it stands.
_RECORDS = {
    RECORD.name: """
        SELECT id AS subject, 0 AS customer_age_days, contact_every_days, currency::text, FALSE AS blacklisted FROM made
    """,
    "standing": """
        SELECT id AS subject, {stage}::text AS stage, 0 AS days_in_stage, 0 AS warning_level,
               0 AS days_in_warning_level, FALSE AS key_account
        FROM made WHERE {stage}::text IS NOT NULL
    """,
}


async def create(
    values: Mapping[str, Any], *, by: Viewer, now: datetime,
    owner: UUID | None = None, team: UUID | None = None,
    key: UUID | None = None,
) -> UUID:  # fmt: skip
    """The id of the new customer. Without a `code` it gets the next one of the rule C-000001.

    The creator becomes the owner, and the customer belongs to their team, unless somebody who may assign says
    otherwise. The same values with the same `key` answer with the customer they made the first time.
    Raises Invalid with every fault at once.
    """
    by.require("write_customers")
    known = judging.clean(CUSTOMER, values)
    judging.check(CUSTOMER, {"name": "", **known}, whole={**USUAL, **known})
    await require_visible_parent(by, known.get("parent"))
    owner, team = await _belonging(by, owner, team)
    stamps = {"owner": owner, "team": team, "created_by": by.id, "created_at": now, "updated_at": now}
    return await _write({**USUAL, **known, **stamps, "id": key or new_id()}, known)


async def _belonging(by: Viewer, owner: UUID | None, team: UUID | None) -> tuple[UUID | None, UUID | None]:
    if team is not None and not by.sees_all and team not in by.teams:
        raise Invalid({"team": N_("Choose one of your teams.")})
    if owner not in (None, by.id):
        if not by.may("assign_customers"):
            raise NotAllowed(ONLY_A_MANAGER)
        await require_owner(owner)
    return owner or by.id, team or (by.teams[0] if by.teams else None)


async def _write(row: dict[str, Any], known: Mapping[str, Any]) -> UUID:
    customer: UUID = row["id"]
    code = known.get("code") or None
    row["external_key"] = row["external_key"] or None
    told = {**known, "owner": row["owner"], "team": row["team"]}
    said = {name: [None, value] for name, value in told.items() if value not in ("", None, [])}
    workflows = current().of_subject("customer")
    instances = [new_id() for _ in workflows]
    due = _due(workflows, instances, row["created_at"])
    arguments = (
        *(row[column] for column in COLUMNS), code, new_id(), as_json(said), instances,
        [workflow.name for workflow in workflows], [workflow.initial for workflow in workflows],
        [workflow.hash for workflow in workflows], *due, _first_stage(workflows),
    )  # fmt: skip
    sent = Submission(customer, "customer", said, customer=customer, by=row["created_by"])
    while not await DB.fetchval(statement(), *arguments):
        if await sent.is_repeated():
            break
        if await DB.fetchval("SELECT 1 FROM customer WHERE id = $1", customer):
            return await sent.made_meanwhile()
        await _require_free(row, code)  # or somebody had given the next code by hand; the sequence has moved on
    return customer


def _due(workflows: list[Definition], instances: list[UUID], now: datetime) -> tuple[list[Any], list[str], list[Any]]:
    """The deadlines of the initial states, as three lists: instance, name, when."""
    due = [
        (instance, deadline.name, now + deadline.after)
        for instance, workflow in zip(instances, workflows, strict=True)
        for deadline in workflow.states[workflow.initial].deadlines
    ]
    return [one[0] for one in due], [one[1] for one in due], [one[2] for one in due]


def _first_stage(workflows: list[Definition]) -> str | None:
    return next((workflow.initial for workflow in workflows if workflow.name == LIFECYCLE), None)


async def _require_free(row: Mapping[str, Any], code: str | None) -> None:
    """Raises Invalid for whatever kept the customer from being written, unless it was the code of the rule."""
    if await key_is_taken(row["external_key"], row["team"]):
        raise Invalid({"external_key": KEY_TAKEN})
    if code is not None:
        raise Invalid({"code": CODE_TAKEN})


async def key_is_taken(key: str | None, team: UUID | None, *, but: UUID | None = None) -> bool:
    """Within a team a key names one customer; what other teams call theirs is nobody's business."""
    taken = "SELECT 1 FROM customer WHERE external_key = $1 AND team = $2 AND id IS DISTINCT FROM $3"
    return bool(key and await DB.fetchval(taken, key, team, but))


@lru_cache
def statement() -> str:
    """Always the same text, so that each connection prepares it once."""
    places = ", ".join(f"${number}" for number in range(1, len(COLUMNS) + 1))
    today = f"(${len(COLUMNS)} AT TIME ZONE 'UTC')::date"
    now, by = f"${len(COLUMNS)}", f"${COLUMNS.index('created_by') + 1}"
    code, change, said, ids, names, states, hashes, due, titles, moments, stage = (
        f"${len(COLUMNS) + number}" for number in range(1, 12)
    )
    records = {group: sql.format(stage=stage) for group, sql in _RECORDS.items()}
    return f"""
        WITH made AS (
            INSERT INTO customer ({", ".join(COLUMNS)}, code)
            SELECT {places}, coalesce({code}::varchar, 'C-' || lpad(nextval('customer_code')::text, 6, '0'))
            WHERE NOT EXISTS (SELECT FROM record_change WHERE record = $1)
            ON CONFLICT DO NOTHING RETURNING id, currency, contact_every_days
        ), begun AS (
            INSERT INTO workflow_instance
                (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
            SELECT w.id, w.workflow, made.id, made.id, w.state, 0, {now}, {now}, w.definition
            FROM made, unnest({ids}::uuid[], {names}::text[], {states}::text[], {hashes}::text[])
                AS w(id, workflow, state, definition)
        ), waiting AS (
            INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
            SELECT new_id(), d.instance, 0, d.name, d.due_at, ''
            FROM made, unnest({due}::uuid[], {titles}::text[], {moments}::timestamptz[]) AS d(instance, name, due_at)
        ), known AS (
            INSERT INTO customer_fact (customer, computed_at, as_of, {", ".join(facts().customer_facts)})
            SELECT v.subject, {now}, {today}, {", ".join(f"v.{name}" for name in facts().customer_facts)}
            FROM ({of_new(facts(), "made", records, as_of=today)}) v
        ), noted AS (
            INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
            SELECT {change}, 'customer', id, id, 'created', {said}::text::jsonb, {by}, {now} FROM made
        )
        SELECT id FROM made
    """
