"""What may be said of an interaction, and what makes it acceptable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kam.errors import Invalid
from kam.interactions.terms import CHANNELS, DIRECTIONS, FEELINGS
from kam.language import N_
from kam.records.rules import CURRENCIES, NO_CURRENCY, tidy

TITLES = {
    "channel": N_("Channel"),
    "direction": N_("Direction"),
    "at": N_("When"),
    "purpose": N_("Purpose"),
    "notes": N_("Notes"),
    "outcome": N_("Outcome"),
    "next_step": N_("Next step"),
    "next_step_on": N_("Next step on"),
    "next_step_by": N_("Next step by"),
    "hours": N_("Hours"),
    "cost": N_("Cost"),
    "currency": N_("Currency"),
    "feeling": N_("How they felt"),
}
USUAL: dict[str, Any] = {
    "direction": "out", "notes": "", "outcome": "", "next_step": "", "next_step_on": None, "next_step_by": None,
    "hours": None, "cost": None, "currency": "EUR", "feeling": None,
}  # fmt: skip

NEXT_STEP = ("next_step", "next_step_on", "next_step_by")  # judged together

LENGTHS = {"purpose": 300, "next_step": 300}

# A clock that is a little ahead is no reason to refuse.
TOLERANCE = timedelta(days=1)

Rule = tuple[str, Callable[[Any], bool], str]

RULES: tuple[Rule, ...] = (
    ("channel", lambda channel: channel in CHANNELS, N_("Choose how you were in touch.")),
    ("direction", lambda direction: direction in DIRECTIONS, N_("Choose who contacted whom.")),
    ("purpose", bool, N_("Say in a few words what it was about.")),
    ("purpose", lambda text: len(text or "") <= LENGTHS["purpose"], N_("This is too long. Shorten it.")),
    ("next_step", lambda text: len(text or "") <= LENGTHS["next_step"], N_("This is too long. Shorten it.")),
    ("hours", lambda hours: hours is None or 0 <= hours <= 1000, N_("Give the hours as a number from 0 to 1000.")),
    ("cost", lambda cost: cost is None or 0 <= cost < Decimal(10) ** 12, N_("Give an amount of 0 or more.")),
    ("currency", lambda currency: currency in CURRENCIES, NO_CURRENCY),
    ("feeling", lambda feeling: feeling is None or feeling in FEELINGS, N_("Choose a feeling from the list.")),
)


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tidy(value) for name, value in values.items() if name in TITLES}


def check(values: Mapping[str, Any], *, now: datetime) -> None:
    """Raises Invalid with every fault at once; only the fields present in `values` are judged."""
    faults: dict[str, str] = {}
    for name, holds, fault in RULES:
        if name in values and not holds(values[name]):
            faults.setdefault(name, fault)
    if "at" in values and (values["at"] is None or values["at"] > now + TOLERANCE):
        faults["at"] = N_("Say when it happened. What is still to come belongs under “Next step”.")
    if (values.get("next_step_on") or values.get("next_step_by")) and values.get("next_step") == "":
        faults["next_step"] = N_("Say what the next step is, or empty its date and person.")
    if faults:
        raise Invalid(faults)
