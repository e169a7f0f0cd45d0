"""Competitors, and the position of each at a customer."""

from __future__ import annotations

from kam.competitors.facts import FACTS
from kam.competitors.tables import Competitor, CompetitorPosition
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind

_MARKET = N_("Market")
_STRENGTHS = Field(name="strengths", title=N_("Strengths"), type=f.LONG, listed=False)
_WEAKNESSES = Field(name="weaknesses", title=N_("Weaknesses"), type=f.LONG, listed=False)

LEADS, PRESENT, TRIES, GONE = "leads", "present", "tries", "gone"
STANDINGS = {
    LEADS: N_("Leads there"),
    PRESENT: N_("Present"),
    TRIES: N_("Tries to get in"),
    GONE: N_("Gone"),
}

COMPETITOR = Kind(
    name="competitor",
    title=N_("Competitor"),
    titles=N_("Competitors"),
    new=N_("New competitor"),
    about=N_("Who else sells to our customers: what they offer, where they are strong, where they are weak."),
    path="competitors",
    icon="swords",
    group=_MARKET,
    table=Competitor,
    ability="write_sales",
    sees="see_market",
    titled="name",
    sort="name",
    taken={"competitor_name_key": ("name", N_("There is a competitor of this name already."))},
    fields=(
        Field(name="name", title=N_("Name"), required=True, indexed=True),
        Field(name="name_zh", title=N_("Chinese name")),
        Field(name="website", title=N_("Website"), type=f.WEB),
        Field(name="offer", title=N_("What they offer"), type=f.LONG, listed=False),
        _STRENGTHS,
        _WEAKNESSES,
    ),
)

POSITION = Kind(
    name="competitor_position",
    title=N_("Position of a competitor"),
    titles=N_("Positions of competitors"),
    new=N_("New position of a competitor"),
    about=N_("How each competitor stands at a customer, and what part of the business they have."),
    path="competitor-positions",
    icon="flag",
    group=_MARKET,
    table=CompetitorPosition,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    titled="offer",
    sort="-share",
    facts=FACTS,
    fields=(
        Field(name="competitor", title=N_("Competitor"), type=f.RECORD, of="competitor", required=True),
        Field(name="offer", title=N_("What they sell there"), required=True, indexed=True),
        Field(
            name="share",
            title=N_("Share"),
            type=f.PERCENT,
            help=N_("Of what the customer buys of this, in per cent."),
            indexed=True,
        ),
        Field(name="standing", title=N_("Standing"), type=f.CHOICE, choices=STANDINGS, required=True, usual=PRESENT),
        _STRENGTHS,
        _WEAKNESSES,
    ),
)
