"""The plan as a document: from the content of one version, and nothing else, to the HTML that becomes its PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from markupsafe import escape

from kam.contacts.kind import INFLUENCES, STANCES
from kam.documents.charts import BarChart, bar_chart
from kam.documents.environment import Words, environment
from kam.documents.undrawn import name
from kam.language import N_
from kam.plans.content import Content
from kam.plans.sections import ALL, BY_KEY, SWOT, SWOT_BOXES
from kam.plans.terms import IMPACTS, LIKELIHOODS
from kam.plans.weighing_risks import WEIGHTS, weight
from kam.relationships.positions import POSITIONS

DRAFT, SUBMITTED, APPROVED, SUPERSEDED = "draft", "submitted", "approved", "superseded"
MARKS = {
    DRAFT: N_("Draft"),
    SUBMITTED: N_("Submitted for approval"),
    APPROVED: N_("Approved"),
    SUPERSEDED: N_("Superseded"),
}
OPTIONAL = ("competitors", "review")
NAMED = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the document beside the content. `number` is None for a draft that nobody has submitted.

    Moments are ISO texts in UTC; names are as they were when the step was taken.
    """

    mark: str
    hash: str
    made_at: str
    number: int | None = None
    made_by: str = ""
    approved_at: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    key: str
    title: str


def html(content: Content, sheet: Sheet, language: str, missing: str = "") -> str:
    """The same content, sheet and language always give the same text; `missing` are characters that it cannot show."""
    words = Words(language)
    chapters = _chapters(content)
    mark_title = words.text(MARKS[sheet.mark])
    return environment(language).get_template("documents/plan.html").render(
        content=content, plan=content["plan"], customer=content["customer"], sheet=sheet, mark_title=mark_title,
        names=_names(content["customer"], language), chapters=chapters,
        numbers={chapter.key: number for number, chapter in enumerate(chapters, 1)},
        titles={chapter.key: words.text(chapter.title) for chapter in chapters},
        sections={section.key: content["sections"].get(section.key, "") for section in ALL},
        swot=[BY_KEY[key] for key in SWOT_BOXES], risks=_numbered(content["risks"]), matrix=matrix(content["risks"]),
        weights=WEIGHTS, impacts=IMPACTS, positions=POSITIONS, influences=INFLUENCES, stances=STANCES,
        chart=_chart(content, words), chart_title=_chart_title(content, words), scale=words.number,
        missing=[name(letter) for letter in missing[:NAMED]], unnamed=max(0, len(missing) - NAMED),
        watermark="" if sheet.mark == APPROVED else _watermark(mark_title),
    )  # fmt: skip


def matrix(risks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows from almost certain down to rare; each cell has its weight and the numbers of the risks in it."""
    return [
        {
            "title": title,
            "cells": [
                {"weight": weight(likelihood, impact), "risks": _numbers_at(risks, likelihood, impact)}
                for impact in IMPACTS
            ],
        }
        for likelihood, title in reversed(LIKELIHOODS.items())
    ]


def _numbers_at(risks: Sequence[Mapping[str, Any]], likelihood: int, impact: int) -> list[str]:
    there = (likelihood, impact)
    return [f"R{n}" for n, risk in enumerate(risks, 1) if (risk["likelihood"], risk["impact"]) == there]


def _numbered(risks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**risk, "no": f"R{n}", "weight": weight(risk["likelihood"], risk["impact"])} for n, risk in enumerate(risks, 1)
    ]


def _chapters(content: Content) -> list[Chapter]:
    """In the order of the sections, the four boxes as one; what may be left out is, if nobody wrote it."""
    found = [Chapter("glance", N_("At a glance"))]
    for section in ALL:
        if section.kind == SWOT:
            chapter = Chapter("swot", N_("Strengths, weaknesses, opportunities, threats"))
            if chapter not in found:
                found.append(chapter)
        elif section.key not in OPTIONAL or content["sections"].get(section.key):
            found.append(Chapter(section.key, section.title))
    return [*found, Chapter("approval", N_("Approval"))]


def _names(customer: Mapping[str, Any], language: str) -> tuple[str, str]:
    """The customer's name in the script of the document first, the other one below it."""
    latin, chinese = customer["name"], customer["name_zh"]
    if not chinese or chinese == latin:
        return latin, ""
    return (latin, chinese) if language == "en" else (chinese, latin)


def _chart(content: Content, words: Words) -> BarChart | None:
    months = [(words.month(one["month"]), Decimal(one["amount"])) for one in content["revenue"]]
    return bar_chart(months) if any(amount for _, amount in months) else None


def _chart_title(content: Content, words: Words) -> str:
    """What a reader who does not see the chart is told: every bar."""
    currency = content["plan"]["currency"]
    said = "; ".join(f"{one['month']}: {words.money(one['amount'], currency)}" for one in content["revenue"])
    return f"{words.text(N_('Revenue by month'))}: {said}"


def _watermark(text: str) -> str:
    """The mark across the page, as a picture inside the document."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm" height="297mm">'
        '<text x="105" y="160" font-size="26" font-weight="600" fill="#1b2230" fill-opacity="0.05" text-anchor="middle"'
        ' font-family="Source Sans Pro, Noto Sans SC, Noto Sans TC" transform="rotate(-52 105 150)">'
        f"{escape(text)}</text></svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"
