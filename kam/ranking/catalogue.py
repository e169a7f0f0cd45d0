"""All facts of the application, with the score and the segments that the files in `workflows/` make of them."""

from __future__ import annotations

from pathlib import Path

from kam.customers import facts as customers
from kam.facts import currencies
from kam.facts.catalogue import Catalogue
from kam.facts.measured import MEASURED
from kam.kinds import KINDS
from kam.plans import subject as plans
from kam.ranking import priority, segments
from kam.ranking.facts import VALUE
from kam.ranking.scoring import score_fact
from kam.records.subject import facts_of
from kam.relationships import facts as relationships

WORKFLOWS = Path(__file__).parents[2] / "workflows"

GROUPS = (
    *customers.GROUPS,
    *relationships.GROUPS,
    *(group for kind in KINDS for group in kind.facts),
    MEASURED,
)
DERIVED = (*customers.DERIVED, *(fact for kind in KINDS for fact in kind.derived), *VALUE)
SUBJECTS = (*(facts_of(kind) for kind in KINDS if not kind.is_itself), plans.FACTS)


def build(folder: Path = WORKFLOWS) -> Catalogue:
    """Raises `Faults` or `Unavailable` when a file in `folder` cannot be used."""
    rates = currencies.load(folder)
    known = Catalogue(GROUPS, DERIVED, SUBJECTS, rates).customer_facts
    ranking = (
        score_fact(priority.load(folder, known)),
        segments.segment_fact(segments.load(folder, known), known),
    )
    return Catalogue(GROUPS, (*DERIVED, *ranking), SUBJECTS, rates)
