"""Who may change a plan, and when: only a draft can be written, by the sellers and the account team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import NotAllowed, Stale
from kam.language import N_
from kam.people.roles import READ_ONLY
from kam.people.viewer import Viewer
from kam.plans.queries import DRAFT, Row, held

IN_USE = (DRAFT, "approved", "in_execution")

NOT_A_WRITER = N_("Your role does not write plans. The account team and the sellers of the customer's team do.")
NOT_A_DRAFT = N_(
    "Not saved: the plan has been submitted meanwhile or is over, and only a draft can be changed."
    " Whoever reads it now can send it back; an approved one is revised."
)
NOT_IN_USE = N_("The actions of this plan can no longer be changed: it is being read, or it is over.")


class Fixed(Stale):
    """The plan has left the state in which this can be changed."""


def may_write(by: Viewer, plan: Row) -> bool:
    on_the_team = plan["customer"] in by.accounts and by.role != READ_ONLY
    return by.may("write_plans") or on_the_team


async def draft(by: Viewer, plan: UUID, *, now: datetime) -> Row:
    """The plan, held for a change of what it says; whoever changes it becomes an editor, who can never approve it.

    Raises NotFound, NotAllowed unless `by` writes plans, and Fixed unless it is a draft.
    """
    row = await held(by, plan)
    if not may_write(by, row):
        raise NotAllowed(NOT_A_WRITER)
    if row["state"] != DRAFT:
        raise Fixed(NOT_A_DRAFT)
    await _remember_editor(plan, by.id)
    await DB.execute("UPDATE plan SET updated_at = $2 WHERE id = $1", plan, now)
    return row


async def in_use(by: Viewer, plan: UUID) -> Row:
    """The plan, held for reporting that an action is done, which is no writing and makes nobody an editor."""
    row = await held(by, plan)
    if not may_write(by, row):
        raise NotAllowed(NOT_A_WRITER)
    if row["state"] not in IN_USE:
        raise Fixed(NOT_IN_USE)
    return row


async def _remember_editor(plan: UUID, person: UUID) -> None:
    await DB.execute(
        "INSERT INTO plan_editor (id, plan, person) VALUES ($1, $2, $3) ON CONFLICT (plan, person) DO NOTHING",
        new_id(),
        plan,
        person,
    )
