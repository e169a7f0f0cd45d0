"""Finding plans on behalf of somebody: whoever may not see the customer is told that there is no such plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.instances import hold_for_change

NO_SUCH_PLAN = N_("There is no such plan, or its customer belongs to a team whose customers you do not see.")
WORKFLOW = "account_plan"
DRAFT = "draft"

Row = Mapping[str, Any]

_PLAN = """
SELECT plan.*, customer.name AS customer_name, customer.name_zh AS customer_name_zh, customer.code AS customer_code,
       author.name AS author_name, instance.id AS instance, instance.entered_at
FROM plan
JOIN customer ON customer.id = plan.customer
JOIN person author ON author.id = plan.author
JOIN workflow_instance instance ON instance.workflow = 'account_plan' AND instance.subject = plan.id
"""


async def find(viewer: Viewer, plan: UUID, *, lock: bool = False) -> Row:
    """A plan with its customer's names, its author's name and where it stands; `lock` holds it for a change."""
    params = Params(plan)
    sees = sees_customer(viewer, params)
    row: Row | None = await DB.fetchrow(
        f"""{_PLAN} WHERE plan.id = $1 AND plan.deleted_at IS NULL AND customer.deleted_at IS NULL AND {sees}
        {"FOR NO KEY UPDATE OF plan" if lock else ""}""",
        *params.values,
    )
    if row is None:
        raise NotFound(NO_SUCH_PLAN)
    return row


async def held(viewer: Viewer, plan: UUID) -> Row:
    """The plan, held for a change that its state allows or not: first the instance, which says the state, then the
    record. A step waits until the change is written, and a change that waited for a step sees where it led."""
    await hold_for_change(WORKFLOW, plan)
    return await find(viewer, plan, lock=True)


async def of_customer(viewer: Viewer, customer: UUID) -> list[Row]:
    """The customer's plans, the newest period first."""
    params = Params(customer)
    sees = sees_customer(viewer, params)
    return await DB.fetch(
        f"""{_PLAN} WHERE plan.customer = $1 AND plan.deleted_at IS NULL AND {sees}
        ORDER BY plan.period_start DESC, plan.created_at DESC""",
        *params.values,
    )


async def in_force(customer: UUID, *, but: UUID | None = None, lock: bool = False) -> list[Row]:
    """The customer's plans that were approved and are not over; `lock` holds them where they stand."""
    return await DB.fetch(
        f"""{_PLAN} WHERE plan.customer = $1 AND plan.deleted_at IS NULL AND plan.id IS DISTINCT FROM $2::uuid
          AND instance.state IN ('approved', 'in_execution', 'reviewed')
        ORDER BY plan.period_start DESC {"FOR NO KEY UPDATE OF instance" if lock else ""}""",
        customer,
        but,
    )


async def sections(plan: UUID) -> dict[str, Row]:
    """The sections that have been begun, by key."""
    rows = await DB.fetch(
        """
        SELECT section.*, person.name AS editor_name FROM plan_section section
        LEFT JOIN person ON person.id = section.edited_by WHERE section.plan = $1
        """,
        plan,
    )
    return {row["key"]: row for row in rows}


async def listed(plan: UUID) -> dict[str, int]:
    """How many entries the sections that are lists have, by key."""
    row = await DB.fetchrow(
        """
        SELECT (SELECT count(*) FROM objective WHERE plan = $1) AS objectives,
               (SELECT count(*) FROM initiative WHERE plan = $1) AS actions,
               (SELECT count(*) FROM risk WHERE plan = $1) AS risks
        """,
        plan,
    )
    return dict(row or {})


async def objectives(plan: UUID) -> list[Row]:
    return await DB.fetch("SELECT * FROM objective WHERE plan = $1 ORDER BY position, id", plan)


async def initiatives(plan: UUID) -> list[dict[str, Any]]:
    """Each with its `actions`, in their order."""
    rows = await DB.fetch(
        """
        SELECT initiative.*, objective.title AS objective_title FROM initiative
        LEFT JOIN objective ON objective.id = initiative.objective
        WHERE initiative.plan = $1 ORDER BY initiative.position, initiative.id
        """,
        plan,
    )
    actions = await DB.fetch(
        """
        SELECT action.*, person.name AS owner_name FROM action
        JOIN initiative ON initiative.id = action.initiative
        LEFT JOIN person ON person.id = action.owner
        WHERE initiative.plan = $1 ORDER BY action.position, action.id
        """,
        plan,
    )
    return [{**row, "actions": [one for one in actions if one["initiative"] == row["id"]]} for row in rows]


async def risks(plan: UUID) -> list[Row]:
    """The heaviest first."""
    return await DB.fetch(
        """
        SELECT risk.*, risk.likelihood * risk.impact AS weight, person.name AS owner_name FROM risk
        LEFT JOIN person ON person.id = risk.owner
        WHERE risk.plan = $1 ORDER BY weight DESC, risk.position, risk.id
        """,
        plan,
    )


async def team(customer: UUID) -> list[Row]:
    """Who stands on the account team today, with name and job."""
    return await DB.fetch(
        """
        SELECT member.position, member.since, person.id AS person, person.name, person.job, person.email, person.phone
        FROM account_member member JOIN person ON person.id = member.person
        WHERE member.customer = $1 AND member.until IS NULL
        ORDER BY member.position <> 'lead', member.since, person.name
        """,
        customer,
    )


async def people_for(plan: Row) -> Sequence[Row]:
    """Whom an action or a risk may be given to."""
    params = Params()
    return await DB.fetch(
        f"SELECT id, name FROM person WHERE active AND {one_of_us(plan, params)} ORDER BY lower(name), id",
        *params.values,
    )


async def hold_one_of_us(plan: Row, person: UUID) -> bool:
    """Whether an action or a risk may be given to them; they are held, so that nobody is deactivated meanwhile."""
    params = Params(person)
    sql = f"SELECT TRUE FROM person WHERE id = $1 AND active AND {one_of_us(plan, params)} FOR SHARE OF person"
    return bool(await DB.fetchval(sql, *params.values))


def one_of_us(plan: Row, params: Params) -> str:
    """SQL for a `person` who sees the plan's customer by team, ownership or position, or wrote the plan."""
    customer, author = params(plan["customer"]), params(plan["author"])
    return f"""person.id IN (
        SELECT {author}::uuid UNION ALL SELECT owner FROM customer WHERE id = {customer}
        UNION ALL SELECT m.person FROM membership m JOIN customer c ON c.team = m.team WHERE c.id = {customer}
        UNION ALL SELECT m.person FROM account_member m WHERE m.customer = {customer} AND m.until IS NULL)"""


async def versions(plan: UUID) -> list[Row]:
    """The fixed versions without their content, the newest first."""
    return await DB.fetch(
        """
        SELECT version.id, version.number, version.hash, version.made_at, version.approved_at,
               maker.name AS made_by_name, approver.name AS approved_by_name
        FROM plan_version version
        LEFT JOIN person maker ON maker.id = version.made_by
        LEFT JOIN person approver ON approver.id = version.approved_by
        WHERE version.plan = $1 ORDER BY version.number DESC
        """,
        plan,
    )


async def documents(plan: UUID) -> list[Row]:
    """The files made of the plan, the newest first and the same file once.

    `undrawn` are characters that a file could not show.
    """
    return await DB.fetch(
        """
        SELECT * FROM (
            SELECT DISTINCT ON (document.name, document.sha256) document.id, document.name, document.made_at,
                   document.sha256, length(document.content) AS size, person.name AS made_by_name,
                   coalesce(work.result ->> 'undrawn', '') AS undrawn
            FROM document
            LEFT JOIN person ON person.id = document.made_by LEFT JOIN work ON work.document = document.id
            WHERE document.subject = $1 AND document.kind = 'plan' AND document.content IS NOT NULL
            ORDER BY document.name, document.sha256, document.made_at DESC
        ) file ORDER BY made_at DESC LIMIT 20
        """,
        plan,
    )


async def customer_by_name_or_code(viewer: Viewer, typed: str) -> Row | None:
    """The visible customer with this id, code or exact name; None unless it is just one."""
    params = Params(typed.strip())
    sees = sees_customer(viewer, params)
    rows = await DB.fetch(
        f"""
        SELECT customer.id, customer.name, customer.name_zh, customer.code FROM customer
        WHERE customer.deleted_at IS NULL AND {sees}
          AND (customer.id::text = $1 OR customer.code = $1 OR customer.name = $1 OR customer.name_zh = $1) LIMIT 2
        """,
        *params.values,
    )
    return rows[0] if len(rows) == 1 else None


async def names(people: Sequence[UUID]) -> dict[UUID | None, str]:
    """The names of some of our people by id."""
    rows = await DB.fetch("SELECT id, name FROM person WHERE id = ANY($1)", list(people))
    return {row["id"]: row["name"] for row in rows}
