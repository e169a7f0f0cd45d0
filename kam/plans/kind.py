"""Key-account plans: what one is about. What it says stands in sections and lists with verbs and pages of their own,
and is fixed in versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kam.language import N_
from kam.plans.facts import PLANS
from kam.plans.fields import WITHIN
from kam.plans.freezing import EFFECTS
from kam.plans.preparing import require_free
from kam.plans.queries import DRAFT, WORKFLOW
from kam.plans.tables import Plan
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind

LONGEST = 366 * 5  # days


def _period(values: Mapping[str, Any]) -> dict[str, str]:
    first, last = values["period_start"], values["period_end"]
    if last <= first:
        return {"period_end": N_("The period must end after it begins.")}
    if (last - first).days > LONGEST:
        return {"period_end": N_("A plan covers at most five years. Choose an earlier end.")}
    return {}


async def _completes(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    if _when(values) != (_when(before) if before else None):
        await require_free(values["customer"], *_when(values), but=before.get("id"))
    return {}


def _when(values: Mapping[str, Any]) -> tuple[date, date]:
    return values["period_start"], values["period_end"]


PLAN = Kind(
    name="plan",
    title=N_("Plan"),
    titles=N_("Plans"),
    new=N_("New plan"),
    about=N_("Begin a plan for a customer and a period, and write it section by section."),
    path="plans",
    icon="target",
    group="",
    table=Plan,
    ability="write_plans",
    belongs=OF_CUSTOMER,
    workflow=WORKFLOW,
    writable=frozenset({DRAFT}),
    rules=_period,
    completes=_completes,
    effects=EFFECTS,
    facts=(PLANS,),
    former=WITHIN,
    shares_pages=False,
    fields=(
        Field(name="title", title=N_("Title"), required=True),
        Field(name="period_start", title=N_("From"), type=f.DAY, required=True),
        Field(name="period_end", title=N_("Until"), type=f.DAY, required=True),
        Field(name="budget", title=N_("Budget"), type=f.MONEY, currency="currency"),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR"),
        Field(name="author", title=N_("Author"), type=f.PERSON, reckoned=True),
        Field(name="supersedes", title=N_("Carried over from"), type=f.RECORD, of="plan", reckoned=True),
    ),
)
