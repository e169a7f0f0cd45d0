"""Lists of figures, written directly: as for rows of lists, a template would take three times as long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape

from markupsafe import Markup

from kam import vocabulary
from kam.customers.pages.figures import Figure
from kam.language import N_, gettext
from kam.ranking.scoring import Contribution
from kam.web import formats
from kam.web.assets import icon
from kam.web.current import current
from kam.workflow.sentences import NOT_SHOWN


def drawn(figures: Iterable[Figure], beside: Mapping[str, Markup] | None = None) -> Markup:
    """Title and value of each figure; `beside` is shown after the value of a figure, by its name."""
    rows = [_row(figure, (beside or {}).get(figure.name, "")) for figure in figures]
    return Markup(f'<dl class="facts">{"".join(rows)}</dl>')


def _row(figure: Figure, beside: str) -> str:
    looks = "num" + (" negative" if figure.negative else "") + ("" if figure.known else " quiet")
    return (
        f'<div title="{escape(figure.help)}"><dt>{escape(figure.title)}</dt>'
        f'<dd class="{looks}"><span>{escape(figure.shown)}</span>{beside}</dd></div>'
    )


def trend(percent: Decimal | None) -> Markup:
    """How much a figure rose or fell."""
    if percent is None:
        return Markup()
    up = percent >= 0
    picture = icon("trending-up") if up else icon("trending-down")
    return Markup(f'<small class="trend" data-up="{int(up)}">{picture}{formats.percent(percent)}</small>')


def shares(score: Iterable[Contribution], language: str) -> Markup:
    """What each fact adds to the score, as rows of a table with a bar."""
    facts, viewer = vocabulary.FACTS.facts("customer"), current().viewer
    possible = N_("of %(points)s possible")
    return Markup().join(
        Markup(
            f'<tr><th scope="row">{escape(gettext(language, facts[one.fact].title))}</th>'
            f'<td><meter class="bar" min="0" max="{one.weight}" value="{one.share}" aria-hidden="true"></meter>'
            f'<span title="{escape(gettext(language, possible, points=formats.number(one.weight)))}">'
            f"{formats.number(one.share, 1)}</span></td></tr>"
        )
        if viewer is None or viewer.is_told(facts[one.fact])
        else Markup(
            f'<tr><th scope="row">{escape(gettext(language, facts[one.fact].title))}</th>'
            f'<td class="quiet">{escape(gettext(language, NOT_SHOWN))}</td></tr>'
        )
        for one in score
    )
