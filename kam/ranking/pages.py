"""The ranking of customers: by which weights, and how much each fact adds to each score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.database.engine import DB
from kam.database.sql import Params
from kam.facts.catalogue import current as facts
from kam.language import gettext
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.ranking import priority
from kam.ranking.catalogue import WORKFLOWS
from kam.ranking.priority import Priority
from kam.ranking.scoring import Contribution, contributions
from kam.web.current import current as asked
from kam.web.page import page
from kam.workflow.phrases import Amount
from kam.workflow.sentences import NOT_SHOWN

Asked = Request[Any, Any, Any]
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One fact's piece of a score: `series` gives it the same colour in every bar, `x` where it begins."""

    title: str
    value: str
    share: Decimal
    points: Decimal
    series: int
    x: Decimal


@dataclass(frozen=True, slots=True)
class Ranked:
    customer: UUID
    name: str
    name_zh: str
    owner: str
    rank: int | None
    score: Decimal
    key_account: bool
    parts: tuple[Part, ...]


@get("/ranking")
async def show(request: Asked) -> Response[Any]:
    only_key = request.query_params.get("key") == "yes"
    weights = _priority()
    return page(
        request, "ranking/index.html", ranked=await _ranked(request.user, weights, only_key), only_key=only_key,
        weights=[(number, _title(one.fact), one) for number, one in enumerate(weights.weights)], limit=SHOWN,
        base=facts().currencies.base,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _priority() -> Priority:
    """The weights in force: those that the facts of this process were built with."""
    return priority.load(WORKFLOWS, facts().customer_facts)


async def _ranked(viewer: Viewer, weights: Priority, only_key: bool) -> list[Ranked]:
    params = Params()
    seen = sees_customer(viewer, params)
    rows = await DB.fetch(
        f"""
        SELECT fact.*, customer.name AS customer_name, customer.name_zh, customer.currency AS own_currency,
               coalesce(owner.name, '') AS owner
        FROM customer JOIN customer_fact fact ON fact.customer = customer.id
        LEFT JOIN person owner ON owner.id = customer.owner
        WHERE customer.deleted_at IS NULL AND {seen} {"AND fact.key_account" if only_key else ""}
        ORDER BY fact.score DESC, fact.customer LIMIT {SHOWN}
        """,
        *params.values,
    )
    series = {one.fact: number for number, one in enumerate(weights.weights)}
    return [_one(row, weights, series, viewer) for row in rows]


def _one(row: Any, weights: Priority, series: dict[str, int], viewer: Viewer) -> Ranked:
    known = {**row, "currency": row["own_currency"]}
    parts, x = [], Decimal(0)
    for one in sorted(contributions(weights, known, facts().currencies), key=lambda part: series[part.fact]):
        parts.append(_part(one, series[one.fact], x, viewer))
        x += parts[-1].share
    return Ranked(
        row["customer"], row["customer_name"], row["name_zh"], row["owner"], row["rank"], row["score"],
        row["key_account"], tuple(parts),
    )  # fmt: skip


def _part(one: Contribution, series: int, x: Decimal, viewer: Viewer) -> Part:
    if not viewer.is_told(facts().customer_facts[one.fact]):
        return Part(_title(one.fact), gettext(asked().language, NOT_SHOWN), Decimal(0), one.weight, series, x)
    unit = facts().customer_facts[one.fact].unit
    value = Amount(one.value, unit).text(asked().language)
    return Part(_title(one.fact), value, one.share, one.weight, series, x)


def _title(fact: str) -> str:
    return facts().customer_facts[fact].title


ROUTES = [show]
