"""What needs one person today, from every slice, in one statement: each row is one thing with one way to settle it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.desk.possible import SINCE, last_working_day_ended, offered, owner, source
from kam.people.roles import MANAGER
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.plans.approvals import decidable, returned
from kam.plans.facts import IN_FORCE
from kam.records.visibility import sees_row
from kam.relationships.permitted import may_take
from kam.workflow.definition import Definition, Transition
from kam.workflow.registry import current

AHEAD = timedelta(days=7)
# A reminder that nobody acted on for so long is no longer news; it stays on the customer's page.
BEHIND = timedelta(days=21)
PER_KIND = 12

ME = "$1"  # the viewer, in every part of the statement
APPROVAL, DEADLINE = "approval", "deadline"
STEP, ALSO = "step", "also"  # has become possible since the last working day; was possible before
FOLLOW_UP, ACTION, OVERDUE, RETURNED = "follow_up", "action", "overdue", "returned"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `id` is the record it is about (for workflows the instance), `subject` what the workflow moves,
    and `record` what that is called where it is not the customer itself. What belongs to nobody has its own name.

    `title` is the record's own words, or the name of a transition or deadline; `total` counts all of its kind.
    """

    kind: str
    id: UUID
    subject: UUID | None
    customer: UUID | None
    name: str
    name_zh: str
    title: str
    at: datetime | None
    workflow: str
    state: str
    revision: int
    total: int
    record: str = ""


async def any_customer(viewer: Viewer) -> bool:
    """Whether there is a customer that the viewer sees: on the first day there is none."""
    params = Params()
    sees = sees_customer(viewer, params)
    sql = f"SELECT EXISTS (SELECT FROM customer WHERE deleted_at IS NULL AND {sees})"
    return bool(await DB.fetchval(sql, *params.values))


async def waiting(viewer: Viewer, definitions: Iterable[Definition], *, now: datetime) -> list[Item]:
    """Everything that waits for `viewer`, the most urgent of each kind first."""
    params = Params(viewer.id)
    sees = _sees(viewer, params)
    parts = (_follow_ups, _actions, _overdue, _deadlines, _owned_deadlines, _approvals, _returned)
    selects = [part(viewer, params, now) for part in parts]
    selects += [_step(viewer, params, now, *pair) for pair in offered(definitions)]
    rows = await DB.fetch(
        f"""
        SELECT * FROM (
            SELECT item.*, coalesce(customer.name, record.title) AS name, coalesce(customer.name_zh, '') AS name_zh,
                   CASE WHEN customer.id IS NULL THEN '' ELSE coalesce(record.title, '') END AS record,
                   count(*) OVER (PARTITION BY item.kind) AS total,
                   row_number() OVER (PARTITION BY item.kind ORDER BY {_URGENCY}) AS place
            FROM ({" UNION ALL ".join(f"({select})" for select in selects)}) item
            LEFT JOIN customer ON customer.id = item.customer
            LEFT JOIN record ON record.id = item.subject
            WHERE record.deleted_at IS NULL AND {sees}
        ) numbered WHERE place <= {PER_KIND} ORDER BY kind, place
        """,
        *params.values,
    )
    return [Item(*(row[name] for name in Item.__slots__)) for row in rows]


# What waits longest comes first; of what has become possible the newest.
_URGENCY = f"CASE WHEN item.kind NOT IN ('{STEP}', '{ALSO}') THEN item.at END, item.at DESC NULLS FIRST, item.id"


async def owed(viewer: Viewer, *, now: datetime) -> int:
    """How much of it others wait for or is due; steps and deadlines ahead are not counted, nor searched for."""
    params = Params(viewer.id)
    sees = _sees(viewer, params)
    selects = [part(viewer, params, now) for part in (_follow_ups, _actions, _overdue, _approvals, _returned)]
    count: int = await DB.fetchval(
        f"""
        SELECT count(*) FROM ({" UNION ALL ".join(f"({select})" for select in selects)}) item
        LEFT JOIN customer ON customer.id = item.customer
        LEFT JOIN record ON record.id = item.subject AND item.customer IS NULL
        WHERE {sees}
        """,
        *params.values,
    )
    return count


def _sees(viewer: Viewer, params: Params) -> str:
    """SQL that is true for what is of a `customer` whom the viewer sees, or a `record` of no single one."""
    return (
        f"CASE WHEN item.customer IS NULL THEN {sees_row(viewer, params)}"
        f" ELSE customer.deleted_at IS NULL AND {sees_customer(viewer, params)} END"
    )


@dataclass(frozen=True, slots=True)
class TeamNumbers:
    """What a manager's customers amount to, in the base currency."""

    customers: int
    key_accounts: int
    warned: int
    revenue: float
    revenue_before: float
    overdue: int


async def team_numbers(viewer: Viewer, per_base: str) -> TeamNumbers:
    params = Params()
    row = await DB.fetchrow(
        f"""
        SELECT count(*) AS customers, count(*) FILTER (WHERE fact.key_account) AS key_accounts,
               count(*) FILTER (WHERE fact.warning_level > 0) AS warned,
               coalesce(sum(fact.revenue_12m / {per_base}), 0)::float AS revenue,
               coalesce(sum(fact.revenue_prior_12m / {per_base}), 0)::float AS revenue_before,
               count(*) FILTER (WHERE fact.key_account AND fact.contact_overdue_days > 0) AS overdue
        FROM customer JOIN customer_fact fact ON fact.customer = customer.id
        WHERE customer.deleted_at IS NULL AND {sees_customer(viewer, params)}
        """,
        *params.values,
    )
    return TeamNumbers(**row)  # type: ignore[arg-type]


def manages(viewer: Viewer) -> bool:
    return viewer.sees_all or viewer.role == MANAGER


def _row(kind: str, id: str, customer: str, title: str, at: str, source: str, *, subject: str = "NULL::uuid",
         workflow: str = "''", state: str = "''", revision: str = "0") -> str:  # fmt: skip
    return (
        f"SELECT {kind} AS kind, {id} AS id, {subject} AS subject, {customer} AS customer, {title}::text AS title,"
        f" {at} AS at, {workflow}::text AS workflow, {state}::text AS state, {revision} AS revision {source}"
    )


def _follow_ups(viewer: Viewer, params: Params, now: datetime) -> str:
    until = params(viewer.today(now + AHEAD))
    return _row(
        f"'{FOLLOW_UP}'", "n.id", "n.customer", "n.next_step", "n.next_step_on::timestamptz",
        f"FROM interaction n WHERE n.next_step <> '' AND n.next_step_done_at IS NULL AND n.deleted_at IS NULL"
        f" AND n.next_step_on <= {until} AND coalesce(n.next_step_by, n.created_by) = {ME}",
    )  # fmt: skip


def _actions(viewer: Viewer, params: Params, now: datetime) -> str:
    until, running = params(viewer.today(now + AHEAD)), params(list(IN_FORCE))
    return _row(
        f"'{ACTION}'", "a.id", "p.customer", "a.title", "a.due_on::timestamptz",
        f"FROM action a JOIN initiative v ON v.id = a.initiative JOIN plan p ON p.id = v.plan"
        f" JOIN workflow_instance i ON i.subject = p.id AND i.workflow = 'account_plan'"
        f" WHERE a.owner = {ME} AND a.done_at IS NULL AND a.due_on <= {until} AND p.deleted_at IS NULL"
        f" AND i.state = ANY({running})",
        subject="p.id",
    )  # fmt: skip


def _overdue(viewer: Viewer, params: Params, now: datetime) -> str:
    """The viewer's own records whose date has passed; they stay until something is done, however long that takes."""
    at = params(now)
    return _row(
        f"'{OVERDUE}'", "r.id", "r.customer", "r.title", "d.due_at",
        f"FROM record r JOIN workflow_instance i ON i.subject = r.id JOIN workflow_deadline d ON d.instance = i.id"
        f" WHERE r.owner = {ME} AND r.deleted_at IS NULL AND d.settled_at IS NULL AND d.due_at < {at} AND {_dated()}",
        subject="r.id", workflow="i.workflow",
    )  # fmt: skip


def _dated() -> str:
    """SQL that is true for deadlines that only say that the date of a record has passed."""
    names = [
        f"('{definition.name}', '{deadline.name}')"
        for definition in current().definitions.values()
        for state in definition.states.values()
        for deadline in state.deadlines
        if deadline.only_dates
    ]
    return f"(i.workflow, d.name) IN ({', '.join(names)})" if names else "FALSE"


def _deadlines(viewer: Viewer, params: Params, now: datetime) -> str:
    since, until = params(now - BEHIND), params(now + 2 * AHEAD)
    return _row(
        f"'{DEADLINE}'", "i.id", "i.customer", "d.name", "d.due_at",
        f"FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance JOIN customer c ON c.id = i.customer"
        f" WHERE d.settled_at IS NULL AND d.due_at BETWEEN {since} AND {until} AND {_mine(viewer, params)}"
        f" AND NOT {_dated()}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision="i.revision",
    )  # fmt: skip


def _owned_deadlines(viewer: Viewer, params: Params, now: datetime) -> str:
    """Those of the records that the viewer owns at customers of others."""
    since, until = params(now - BEHIND), params(now + 2 * AHEAD)
    return _row(
        f"'{DEADLINE}'", "i.id", "i.customer", "d.name", "d.due_at",
        f"FROM record r JOIN workflow_instance i ON i.subject = r.id JOIN workflow_deadline d ON d.instance = i.id"
        f" LEFT JOIN customer c ON c.id = i.customer WHERE r.owner = {ME} AND r.deleted_at IS NULL"
        f" AND d.settled_at IS NULL AND d.due_at BETWEEN {since} AND {until} AND {_mine(viewer, params)} IS NOT TRUE"
        f" AND NOT {_dated()}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision="i.revision",
    )  # fmt: skip


def _step(viewer: Viewer, params: Params, now: datetime, definition: Definition, step: Transition) -> str:
    """Steps that are possible on the viewer's own accounts: those that have become so apart from the others."""
    before, found = params(last_working_day_ended(now)), source(definition, step, params)
    return _row(
        f"CASE WHEN {SINCE} < {before} THEN '{ALSO}' ELSE '{STEP}' END", "i.id", "i.customer", f"'{step.name}'", SINCE,
        f"{found} AND {_mine(viewer, params)} AND {may_take(viewer, params, step, owner=owner(definition))}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision=_revision(definition),
    )  # fmt: skip


def _revision(definition: Definition) -> str:
    """What whoever takes a step has seen; see `kam.workflow.instances.Held`."""
    table = current().own_table(definition.name)
    return f"(SELECT t.revision FROM {table} t WHERE t.id = i.subject)" if table else "i.revision"


def _approvals(viewer: Viewer, params: Params, now: datetime) -> str:
    return _row(
        f"'{APPROVAL}'", "d.id", "d.customer", "d.step", "d.at", f"FROM ({decidable(viewer, params)}) d",
        subject="d.subject", workflow="d.workflow", state="d.state", revision="d.revision",
    )  # fmt: skip


def _returned(viewer: Viewer, params: Params, now: datetime) -> str:
    return _row(
        f"'{RETURNED}'", "d.id", "d.customer", "d.title", "d.at", f"FROM ({returned(viewer, params)}) d",
        subject="d.subject",
    )  # fmt: skip


def _mine(viewer: Viewer, params: Params) -> str:
    return f"(c.owner = {ME} OR c.id = ANY({params(list(viewer.accounts))}))"
