"""What is told of a plan beside its head: its sections, and the entries of its lists, under names of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kam.facts.catalogue import current
from kam.language import N_
from kam.plans.sections import ALL
from kam.plans.terms import IMPACTS, LIKELIHOODS
from kam.records import fields as f
from kam.records.fields import Field


class _Measures(Mapping[str, str]):
    """The titles of the facts by which an objective can be measured, whichever are in force."""

    def __getitem__(self, name: str) -> str:
        return current().customer_facts[name].title

    def __iter__(self) -> Iterator[str]:
        return iter(current().customer_facts)

    def __len__(self) -> int:
        return len(current().customer_facts)


WITHIN = (
    *(Field(name=section.key, title=section.title, type=f.LONG) for section in ALL),
    Field(name="objective_title", title=N_("Objective")),
    Field(name="objective_fact", title=N_("Measured by"), type=f.CHOICE, choices=_Measures()),
    Field(name="objective_baseline", title=N_("From"), type=f.NUMBER),
    Field(name="objective_target", title=N_("Target"), type=f.NUMBER),
    Field(name="objective_due_on", title=N_("By"), type=f.DAY),
    Field(name="initiative_title", title=N_("Initiative")),
    Field(name="initiative_strategy", title=N_("How"), type=f.LONG),
    Field(name="action_title", title=N_("Action")),
    Field(name="action_owner", title=N_("Owner"), type=f.PERSON),
    Field(name="action_due_on", title=N_("Due"), type=f.DAY),
    Field(name="action_done_at", title=N_("Done"), type=f.MOMENT),
    Field(name="risk_title", title=N_("Risk")),
    Field(name="risk_likelihood", title=N_("Likelihood"), type=f.GRADE, choices=LIKELIHOODS),
    Field(name="risk_impact", title=N_("Impact"), type=f.GRADE, choices=IMPACTS),
    Field(name="risk_response", title=N_("What we would do"), type=f.LONG),
    Field(name="risk_owner", title=N_("Owner"), type=f.PERSON),
)
TITLES = {one.name: one.title for one in WITHIN}
