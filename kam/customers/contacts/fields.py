"""What may be said of a contact, and of what they are at a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.customers.terms import CHANNELS, INFLUENCES, STANCES
from kam.errors import Invalid
from kam.language import N_
from kam.records.rules import is_email, tidy

PERSON_TITLES = {
    "name": N_("Name"),
    "name_zh": N_("Chinese name"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "preferred_channel": N_("Preferred channel"),
    "birthday": N_("Birthday"),
    "notes": N_("Notes"),
}
ROLE_TITLES = {
    "job": N_("Job"),
    "department": N_("Department"),
    "reports_to": N_("Reports to"),
    "influence": N_("Influence"),
    "stance": N_("Stance toward us"),
    "covered_by": N_("Covered by"),
    "main": N_("Main contact"),
}
LENGTHS = {"name": 200, "name_zh": 200, "email": 320, "phone": 60, "job": 200, "department": 200}


def of_person(values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `values` that belongs to the person, checked. Raises Invalid with every fault."""
    known = {name: tidy(value) for name, value in values.items() if name in PERSON_TITLES}
    faults = _too_long(known)
    if "name" in known and not known["name"]:
        faults["name"] = N_("Give the contact a name.")
    if known.get("email") and not is_email(known["email"]):
        faults["email"] = N_("An e-mail address looks like name@example.com.")
    if known.get("preferred_channel") and known["preferred_channel"] not in CHANNELS:
        faults["preferred_channel"] = N_("Choose one of the values in the list.")
    return _accepted(known, faults)


def of_role(values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `values` that belongs to their place at the customer, checked."""
    known = {name: tidy(value) for name, value in values.items() if name in ROLE_TITLES}
    faults = _too_long(known)
    if "influence" in known and known["influence"] not in INFLUENCES:
        faults["influence"] = N_("Choose an influence from 1 to 5.")
    if "stance" in known and known["stance"] not in STANCES:
        faults["stance"] = N_("Choose one of the values in the list.")
    return _accepted(known, faults)


def _too_long(known: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: N_("This is too long. Shorten it.")
        for name, longest in LENGTHS.items()
        if len(known.get(name) or "") > longest
    }


def _accepted(known: dict[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
    if faults:
        raise Invalid(faults)
    return known
