"""What was changed from what to what, in the words of the reader: no key of ours, and no id, is ever shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kam.customers.kind import CUSTOMER
from kam.customers.terms import CHANNELS
from kam.language import N_, gettext
from kam.plans.sections import ALL as SECTIONS
from kam.relationships.positions import POSITIONS
from kam.web import formats
from kam.web.current import current
from kam.web.forms import Form
from kam.web.zones import local

FIELD_TITLES: Mapping[str, str] = {
    **{one.name: one.title for one in CUSTOMER.fields},
    "owner": N_("Owner"), "team": N_("Team"),
    "position": N_("Position"), "person": N_("Person"), "blacklist_reason": N_("Reason for the blacklist"),
    "status": N_("Status"), "channel": N_("Channel"),
    "number": N_("Number"), "total": N_("Total"), "cost": N_("Cost"), "ordered_on": N_("Order date"),
    "stage": N_("Stage"), "amount": N_("Amount"), "probability": N_("Probability"), "product": N_("Product"),
    "engaged_on": N_("Engaged on"), "expected_on": N_("Expected on"), "closed_on": N_("Closed on"),
    "lost_reason": N_("Reason of the loss"), "author": N_("Author"), "contact": N_("Contact"),
    "plan_section": N_("Section"),
}  # fmt: skip
# The keys that a field may hold depend on whose field it is: an interaction has other channels than a contact.
_USUAL: Mapping[str, Mapping[Any, str]] = {"channel": CHANNELS, "preferred_channel": CHANNELS}
VALUE_TITLES: Mapping[str, Mapping[str, Mapping[Any, str]]] = {
    "customer": {one.name: one.choices for one in CUSTOMER.fields if one.choices},
    "account_member": {"position": POSITIONS},
    "plan_comment": {"plan_section": {section.key: section.title for section in SECTIONS}},
}
# What is only bookkeeping says nothing to a reader.
UNTOLD = frozenset({"deleted_at", "blacklisted_at", "blacklisted_by", "id", "customer", "revision", "participants"})
# What only those are told who may see it.
PROTECTED = {"cost": "see_costs"}
BOOKKEEPING = ("_id", "_plan", "_position", "_revision", "_initiative", "_objective", "_created_at", "_created_by")
AMOUNTS = frozenset({
    "total", "amount", "cost", "credit_limit", "budget", "hours", "employees", "objective_baseline", "objective_target",
})  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")

Names = Mapping[str, str]


def differences(kind: str, changes: Mapping[str, Any], names: Names, language: str) -> list[str]:
    """One line for each changed field of a record of this kind: its title, what it was, what it is."""
    lines = []
    for name, pair in sorted(changes.items(), key=_in_order_of_the_form):
        if (
            name in UNTOLD
            or _is_hidden(name)
            or name.endswith(BOOKKEEPING)
            or not isinstance(pair, list)
            or len(pair) != 2
        ):
            continue
        old, new = (said(kind, name, value, names, language) for value in pair)
        told = new if not old else f"{old} → {new or formats.NOTHING}"
        lines.append(gettext(language, N_("%(what)s: %(which)s"), what=titled(name, language), which=told))
    return lines


def _is_hidden(name: str) -> bool:
    if name not in PROTECTED:
        return False
    viewer = current().viewer
    return not (viewer and viewer.may(PROTECTED[name]))


def overtaken(kind: str, typed: Form, stands: Form, names: Names | None = None) -> list[tuple[str, str]]:
    """What somebody else has saved meanwhile, beside what was typed: title and value of each field that differs.

    The form gets the revision that stands there now, so that saving again overwrites it knowingly.
    """
    language = current().language
    theirs = [
        (titled(name, language), said(kind, name, stands.value(name), names or {}, language))
        for name in FIELD_TITLES
        if name in typed.values and name in stands.values and typed.value(name).strip() != stands.value(name).strip()
    ]
    typed.values["revision"] = stands.values["revision"]
    return theirs


def titled(field: str, language: str) -> str:
    """The title of a field; of one that an earlier version had, its name without underscores."""
    return gettext(language, FIELD_TITLES[field]) if field in FIELD_TITLES else field.replace("_", " ")


_ORDER = {name: place for place, name in enumerate(FIELD_TITLES)}


def _in_order_of_the_form(change: tuple[str, Any]) -> tuple[int, str]:
    return _ORDER.get(change[0], len(_ORDER)), change[0]


def said(kind: str, field: str, value: Any, names: Names, language: str) -> str:
    """A value as the reader knows it, whether it comes from the history or was typed into a form."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return gettext(language, N_("yes") if value else N_("no"))
    title = _title(kind, field, value)
    if title:
        return gettext(language, title)
    if field in AMOUNTS:
        return _number(value)
    text = str(value)
    return names.get(text) or (_day(text, language) if _DAY.fullmatch(text) else text)


def _title(kind: str, field: str, value: Any) -> str:
    """The title of a key, also where a form holds a number as text."""
    titles = VALUE_TITLES.get(kind, {}).get(field) or _USUAL.get(field, {})
    return titles.get(value) or next((title for key, title in titles.items() if str(key) == str(value)), "")


def _number(value: Any) -> str:
    try:
        return formats.number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _day(text: str, language: str) -> str:
    try:
        return formats.day(local(datetime.fromisoformat(text)), language)
    except ValueError:
        return text
