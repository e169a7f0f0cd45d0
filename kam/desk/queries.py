"""What needs one person today, from every slice, in one statement: each row is one thing with one way to settle it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.roles import MANAGER
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.plans.facts import IN_FORCE
from kam.service.terms import UNSOLVED
from kam.workflow.conditions import to_sql
from kam.workflow.definition import Definition, Transition
from kam.workflow.vocabulary import OWNER

AHEAD = timedelta(days=7)
# A reminder that nobody acted on for so long is no longer news; it stays on the customer's page.
BEHIND = timedelta(days=21)
PER_KIND = 12

ME = "$1"  # the viewer, in every part of the statement
APPROVAL, STEP, DEADLINE = "approval", "step", "deadline"
FOLLOW_UP, ACTION, CASE = "follow_up", "action", "case"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `id` is the record it is about (for workflows the instance), `subject` what the workflow moves.

    `title` is the record's own words, or the name of a transition or deadline; `total` counts all of its kind.
    """

    kind: str
    id: UUID
    subject: UUID | None
    customer: UUID
    name: str
    name_zh: str
    title: str
    at: datetime | None
    workflow: str
    state: str
    revision: int
    total: int


async def waiting(viewer: Viewer, definitions: Iterable[Definition], *, now: datetime) -> list[Item]:
    """Everything that waits for `viewer`, the most urgent of each kind first."""
    params = Params(viewer.id)
    sees = sees_customer(viewer, params)
    parts = [_follow_ups, _actions, _cases, _deadlines]
    selects = [part(viewer, params, now) for part in parts]
    steps = [(definition, step) for definition in definitions for step in definition.transitions.values()]
    selects += [_step(viewer, params, *pair) for pair in steps if _offers(*pair)]
    selects += [_approval(viewer, params, *pair) for pair in steps if pair[1].approves]
    rows = await DB.fetch(
        f"""
        SELECT * FROM (
            SELECT item.*, customer.name, customer.name_zh,
                   count(*) OVER (PARTITION BY item.kind) AS total,
                   row_number() OVER (PARTITION BY item.kind ORDER BY item.at NULLS LAST, item.id) AS place
            FROM ({" UNION ALL ".join(f"({select})" for select in selects)}) item
            JOIN customer ON customer.id = item.customer
            WHERE customer.deleted_at IS NULL AND {sees}
        ) numbered WHERE place <= {PER_KIND} ORDER BY kind, place
        """,
        *params.values,
    )
    return [Item(*(row[name] for name in Item.__slots__)) for row in rows]


async def owed(viewer: Viewer, definitions: Iterable[Definition], *, now: datetime) -> int:
    """How much of it others wait for or is due; steps and deadlines ahead are not counted, nor searched for."""
    params = Params(viewer.id)
    sees = sees_customer(viewer, params)
    selects = [part(viewer, params, now) for part in (_follow_ups, _actions, _cases)]
    selects += [
        _approval(viewer, params, definition, step)
        for definition in definitions
        for step in definition.transitions.values()
        if step.approves
    ]
    count: int = await DB.fetchval(
        f"""
        SELECT count(*) FROM ({" UNION ALL ".join(f"({select})" for select in selects)}) item
        JOIN customer ON customer.id = item.customer WHERE customer.deleted_at IS NULL AND {sees}
        """,
        *params.values,
    )
    return count


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
        f"SELECT '{kind}' AS kind, {id} AS id, {subject} AS subject, {customer} AS customer, {title}::text AS title,"
        f" {at} AS at, {workflow}::text AS workflow, {state}::text AS state, {revision} AS revision {source}"
    )


def _follow_ups(viewer: Viewer, params: Params, now: datetime) -> str:
    until = params((now + AHEAD).date())
    return _row(
        FOLLOW_UP, "n.id", "n.customer", "n.next_step", "n.next_step_on::timestamptz",
        f"FROM interaction n WHERE n.next_step <> '' AND n.next_step_done_at IS NULL AND n.deleted_at IS NULL"
        f" AND n.next_step_on <= {until} AND coalesce(n.next_step_by, n.created_by) = {ME}",
    )  # fmt: skip


def _actions(viewer: Viewer, params: Params, now: datetime) -> str:
    until, running = params((now + AHEAD).date()), params(list(IN_FORCE))
    return _row(
        ACTION, "a.id", "p.customer", "a.title", "a.due_on::timestamptz",
        f"FROM action a JOIN initiative v ON v.id = a.initiative JOIN plan p ON p.id = v.plan"
        f" JOIN workflow_instance i ON i.subject = p.id AND i.workflow = 'account_plan'"
        f" WHERE a.owner = {ME} AND a.done_at IS NULL AND a.due_on <= {until} AND p.deleted_at IS NULL"
        f" AND i.state = ANY({running})",
        subject="p.id",
    )  # fmt: skip


def _cases(viewer: Viewer, params: Params, now: datetime) -> str:
    at, unsolved = params(now), params(list(UNSOLVED))
    return _row(
        CASE, "s.id", "s.customer", "s.subject", "s.due_at",
        f"FROM service_case s WHERE s.owner = {ME} AND s.deleted_at IS NULL AND s.status = ANY({unsolved})"
        f" AND s.due_at < {at}",
    )  # fmt: skip


def _deadlines(viewer: Viewer, params: Params, now: datetime) -> str:
    since, until = params(now - BEHIND), params(now + 2 * AHEAD)
    return _row(
        DEADLINE, "i.id", "i.customer", "d.name", "d.due_at",
        f"FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance JOIN customer c ON c.id = i.customer"
        f" WHERE d.settled_at IS NULL AND d.due_at BETWEEN {since} AND {until} AND {_mine(viewer, params)}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision="i.revision",
    )  # fmt: skip


def _step(viewer: Viewer, params: Params, definition: Definition, step: Transition) -> str:
    """Steps whose conditions are met on the viewer's own accounts; found with the condition's own SQL."""
    assert step.guard is not None
    sources = params(list(step.sources))
    return _row(
        STEP, "i.id", "i.customer", f"'{step.name}'", "i.entered_at",
        f"FROM workflow_instance i JOIN customer c ON c.id = i.customer JOIN customer_fact f ON f.customer = i.customer"
        f" WHERE i.workflow = '{definition.name}' AND i.state = ANY({sources}) AND {_mine(viewer, params)}"
        f" AND {_allowed(viewer, params, step)} AND {to_sql(step.guard, params, 'f')}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision="i.revision",
    )  # fmt: skip


def _approval(viewer: Viewer, params: Params, definition: Definition, step: Transition) -> str:
    """What waits for a decision that the viewer may take; never what they wrote or brought there themselves."""
    sources = params(list(step.sources))
    own = (
        f" AND NOT EXISTS (SELECT FROM plan_editor e WHERE e.plan = i.subject AND e.person = {ME})"
        f" AND NOT EXISTS (SELECT FROM plan p WHERE p.id = i.subject AND p.author = {ME})"
        if definition.subject == "plan" else ""
    )  # fmt: skip
    return _row(
        APPROVAL, "i.id", "i.customer", f"'{step.name}'", "i.entered_at",
        f"FROM workflow_instance i JOIN customer c ON c.id = i.customer"
        f" WHERE i.workflow = '{definition.name}' AND i.state = ANY({sources}) AND {_allowed(viewer, params, step)}"
        f" AND coalesce((SELECT s.by FROM workflow_step s WHERE s.instance = i.id ORDER BY s.number DESC LIMIT 1)"
        f" <> {ME}, TRUE){own}",
        subject="i.subject", workflow="i.workflow", state="i.state", revision="i.revision",
    )  # fmt: skip


def _offers(definition: Definition, step: Transition) -> bool:
    """A step for people whose conditions can be searched for; without conditions a step is not news."""
    return definition.subject == "customer" and step.guard is not None and step.for_people and not step.approves


def _mine(viewer: Viewer, params: Params) -> str:
    return f"(c.owner = {ME} OR c.id = ANY({params(list(viewer.accounts))}))"


def _allowed(viewer: Viewer, params: Params, step: Transition) -> str:
    """Whether role or position lets the viewer take the step with the customer `c`."""
    ways = ["TRUE"] if viewer.role in step.roles else []
    if OWNER in step.positions:
        ways.append(f"c.owner = {ME}")
    if step.positions:
        ways.append(
            f"EXISTS (SELECT FROM account_member m WHERE m.customer = c.id AND m.person = {ME} AND m.until IS NULL"
            f" AND m.position = ANY({params(sorted(step.positions))}))"
        )
    allowed = f"({' OR '.join(ways or ['FALSE'])})"
    return f"{allowed} AND c.owner IS DISTINCT FROM {ME}" if OWNER in step.not_by else allowed
