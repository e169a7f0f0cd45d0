"""Handing over, in one step, what somebody looked after: to one successor, with an entry in the history of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_some
from kam.language import N_, Filled
from kam.leaving.holdings import Column, Holding, Kind, sql_of
from kam.people.owning import NOT_AN_OWNER, can_own
from kam.people.roles import ABILITIES
from kam.people.signed_in import people_changed
from kam.relationships.staffing import note
from kam.workflow.actors import Actor

THEMSELVES = N_("Choose somebody else.")
MAY_NOT = N_("The role of this person does not let them look after: %(what)s. Choose somebody else.")

_HANDED = """
WITH held AS ({sql}), moved AS (
    UPDATE {table} t SET {column} = $2 {stamp}
    WHERE t.{key} IN (SELECT id FROM held) AND coalesce(t.{column}, $1) = $1
    RETURNING t.{key} AS record, {customer} AS customer
), noted AS (
    INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
    SELECT new_id(), '{kind}', record, customer, 'changed',
           jsonb_build_object('{column}', jsonb_build_array($1::uuid, $2::uuid)), $4, $3 FROM moved
), found AS (
    UPDATE record SET owner = $2 FROM moved WHERE record.id = moved.record AND record.owner = $1
)
SELECT DISTINCT customer FROM moved
"""
_ENDED = """
UPDATE account_member SET until = greatest($2::date, since) WHERE person = $1 AND until IS NULL
RETURNING id, customer, position
"""
_JOINED = """
INSERT INTO account_member (id, customer, person, position, since)
SELECT $1, $2, $3, $4::varchar, $5 WHERE NOT EXISTS (
    SELECT FROM account_member WHERE customer = $2 AND person = $3 AND position = $4::varchar AND until IS NULL)
RETURNING id
"""
_LED = """
WITH led AS (UPDATE membership SET leads = FALSE WHERE person = $1 AND leads RETURNING team)
INSERT INTO membership (person, team, leads) SELECT $2, team, TRUE FROM led
ON CONFLICT (person, team) DO UPDATE SET leads = TRUE
"""


async def hand_over(person: UUID, to: UUID, holdings: Sequence[Holding], *, by: Actor, now: datetime) -> None:
    """In the transaction in which they leave. Raises Invalid for the field `to` unless the successor can look after
    all of it, and remains so until the transaction ends."""
    going = [one.kind for one in holdings if one.goes_along]
    await _require_successor(person, to, going)
    customers: set[UUID] = set()
    for kind in going:
        if kind.column:
            customers |= await _hand(kind, kind.column, person, to, by, now)
    await DB.execute(_LED, person, to)
    customers |= await leave_accounts(person, to, by=by, now=now)
    await refresh_some(customers, as_of=now.date(), now=now)
    await people_changed()


async def leave_accounts(person: UUID, to: UUID | None, *, by: Actor, now: datetime) -> set[UUID]:
    """They serve on no account team any more; `to` takes their place on each. Gives the customers."""
    ended = await DB.fetch(_ENDED, person, now.date())
    for row in ended:
        await note(row["id"], row["customer"], [person, None], row["position"], "left", by, now)
        if to is None:
            continue
        joined = await DB.fetchval(_JOINED, new_id(), row["customer"], to, row["position"], now.date())
        if joined:
            await note(joined, row["customer"], [None, to], row["position"], "joined", by, now)
    return {row["customer"] for row in ended}


async def _require_successor(person: UUID, to: UUID, going: Sequence[Kind]) -> None:
    if to == person:
        raise Invalid({"to": THEMSELVES})
    role = await DB.fetchval(f"SELECT role FROM person WHERE id = $1 AND {can_own()} FOR SHARE", to)
    if role is None:
        raise Invalid({"to": NOT_AN_OWNER})
    beyond = [kind.title for kind in going if kind.ability and role not in ABILITIES[kind.ability]]
    if beyond:
        raise Invalid({"to": Filled(MAY_NOT, what=beyond[0])})


async def _hand(kind: Kind, column: Column, person: UUID, to: UUID, by: Actor, now: datetime) -> set[UUID]:
    stamp = ", updated_at = $3, revision = t.revision + 1" if column.revised else ""
    statement = _HANDED.format(
        sql=sql_of(kind), table=column.table, column=column.name, key=column.key, customer=column.customer,
        kind=column.kind, stamp=stamp,
    )  # fmt: skip
    return {row["customer"] for row in await DB.fetch(statement, person, to, now, by.id)}
