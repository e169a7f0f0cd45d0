"""Taking an earlier plan's content into the next one: what is done stays behind, what is open comes along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.plans import measuring
from kam.plans.queries import Row


def head_of(earlier: Row, customer: UUID) -> dict[str, Any]:
    """What the next plan is about as this one was. Raises Invalid for a plan of another customer."""
    if earlier["customer"] != customer:
        raise Invalid({"carried_over_from": N_("Only a plan of the same customer can be carried over.")})
    return {"budget": earlier["budget"], "currency": earlier["currency"]}


async def carry_over(earlier: Row, plan: UUID, customer: UUID, *, as_of: date) -> None:
    """Copies sections, objectives (from today's value on), open actions and risks."""
    await _sections(earlier["id"], plan)
    objectives = await _objectives(earlier["id"], plan, await measuring.values(customer, as_of=as_of))
    await _initiatives(earlier["id"], plan, objectives)
    await _risks(earlier["id"], plan)


async def _sections(earlier: UUID, plan: UUID) -> None:
    await DB.execute(
        """
        INSERT INTO plan_section (id, plan, key, text, edited_by, edited_at, revision)
        SELECT new_id(), $2, key, text, edited_by, edited_at, 1 FROM plan_section WHERE plan = $1
        """,
        earlier, plan,
    )  # fmt: skip


async def _objectives(earlier: UUID, plan: UUID, today: Mapping[str, Any]) -> dict[UUID, UUID]:
    """The new objectives by the id of the old ones."""
    copies: dict[UUID, UUID] = {}
    for old in await DB.fetch("SELECT * FROM objective WHERE plan = $1", earlier):
        copies[old["id"]] = new_id()
        value = today.get(old["fact"])
        await DB.execute(
            """
            INSERT INTO objective (id, plan, position, title, fact, baseline, target, due_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
            """,
            copies[old["id"]], plan, old["position"], old["title"], old["fact"],
            old["baseline"] if value is None else Decimal(str(value)), old["target"],
        )  # fmt: skip
    return copies


async def _initiatives(earlier: UUID, plan: UUID, objectives: Mapping[UUID, UUID]) -> None:
    for old in await DB.fetch("SELECT * FROM initiative WHERE plan = $1", earlier):
        copy = new_id()
        await DB.execute(
            "INSERT INTO initiative (id, plan, objective, position, title, strategy) VALUES ($1, $2, $3, $4, $5, $6)",
            copy, plan, objectives.get(old["objective"]), old["position"], old["title"], old["strategy"],
        )  # fmt: skip
        await DB.execute(
            """
            INSERT INTO action (id, initiative, position, title, owner, due_on)
            SELECT new_id(), $2, position, title, owner, due_on FROM action WHERE initiative = $1 AND done_at IS NULL
            """,
            old["id"], copy,
        )  # fmt: skip


async def _risks(earlier: UUID, plan: UUID) -> None:
    await DB.execute(
        """
        INSERT INTO risk (id, plan, position, title, likelihood, impact, response, owner)
        SELECT new_id(), $2, position, title, likelihood, impact, response, owner FROM risk WHERE plan = $1
        """,
        earlier, plan,
    )  # fmt: skip
