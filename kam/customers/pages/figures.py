"""The facts of a customer as the page shows them: with their unit, what they mean, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kam import vocabulary
from kam.database.engine import DB
from kam.facts import declare
from kam.language import N_, gettext
from kam.web import formats
from kam.web.current import current
from kam.workflow.sentences import NOT_SHOWN

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Value"), ("revenue_12m", "margin_12m", "contribution_12m", "share_of_revenue")),
    (N_("Behaviour"), ("orders_12m", "days_since_order", "order_delay", "open_opportunity_amount")),
    (N_("Feeling"), ("feeling_index", "days_since_contact", "interactions_90d", "open_complaints")),
    (N_("Relationship"), ("health", "contacts_known", "champions", "effort_hours_12m")),
)


@dataclass(frozen=True)
class Figure:
    """`known` is false when no record says anything about the fact yet."""

    name: str
    title: str
    help: str
    shown: str
    known: bool
    negative: bool = False


def figures(customer: Mapping[str, Any]) -> list[tuple[str, list[Figure]]]:
    """Title of a group and its figures, in the reader's language."""
    language, facts = current().language, customer["facts"]
    return [
        (gettext(language, title), [_figure(name, facts, customer["currency"], language) for name in names])
        for title, names in GROUPS
    ]


async def figures_of(customer: Mapping[str, Any], names: Sequence[str]) -> list[Figure]:
    """Some facts of a customer as they were last computed, for a page that shows no others."""
    row = await DB.fetchrow(f"SELECT {', '.join(names)} FROM customer_fact WHERE customer = $1", customer["id"])
    facts = dict(row) if row else {}
    return [_figure(name, facts, customer["currency"], current().language) for name in names]


def _figure(name: str, facts: Mapping[str, Any], currency: str, language: str) -> Figure:
    fact, value = vocabulary.FACTS.facts("customer")[name], facts.get(name)
    viewer = current().viewer
    if viewer and not viewer.is_told(fact):
        shown = gettext(language, NOT_SHOWN)
        return Figure(name, gettext(language, fact.title), gettext(language, fact.help), shown, known=False)
    shown = written(fact.unit, value, currency, language)
    number = value if isinstance(value, int | float | Decimal) else 0
    return Figure(
        name, gettext(language, fact.title), gettext(language, fact.help), shown, value is not None,
        negative=number < 0,
    )  # fmt: skip


def written(unit: str, value: Any, currency: str, language: str) -> str:
    """A fact's value with its unit."""
    if value is None:
        return formats.NOTHING
    if isinstance(value, str):
        return value  # one of a choice, such as a segment
    if unit == declare.MONEY:
        return formats.money(value, currency, language)
    if unit == declare.PERCENT:
        return formats.percent(value, 1)
    if unit == declare.YES_NO:
        return gettext(language, N_("yes") if value else N_("no"))
    pattern = _WITH_UNIT.get(unit)
    shown = formats.number(value)
    return gettext(language, pattern, value=shown) if pattern else shown


_WITH_UNIT = {declare.DAYS: N_("%(value)s d"), declare.HOURS: N_("%(value)s h"), declare.TIMES: N_("%(value)s ×")}
