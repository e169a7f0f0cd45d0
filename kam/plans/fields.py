"""What the fields of a plan and of its tables are called where a change of them is told."""

from __future__ import annotations

from kam.language import N_
from kam.plans.sections import ALL

TITLES = {
    "title": N_("Title"), "period_start": N_("From"), "period_end": N_("Until"), "budget": N_("Budget"),
    "objective_title": N_("Objective"), "objective_fact": N_("Measured by"), "objective_baseline": N_("From"),
    "objective_target": N_("Target"), "objective_due_on": N_("By"),
    "initiative_title": N_("Initiative"), "initiative_strategy": N_("How"),
    "action_title": N_("Action"), "action_owner": N_("Owner"), "action_due_on": N_("Due"),
    "action_done_at": N_("Done"),
    "risk_title": N_("Risk"), "risk_likelihood": N_("Likelihood"), "risk_impact": N_("Impact"),
    "risk_response": N_("What we would do"), "risk_owner": N_("Owner"),
    "plan_section": N_("Section"),
    **{section.key: section.title for section in ALL},
}  # fmt: skip
CHOICES = {"plan_section": {section.key: section.title for section in ALL}}
