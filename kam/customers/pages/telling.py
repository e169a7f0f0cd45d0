"""Events of the timeline in the words of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.contacts.fields import PERSON_TITLES, ROLE_TITLES
from kam.customers.fields import CHOICES, TITLES
from kam.customers.terms import CHANNELS, STANCES
from kam.customers.timeline import Event
from kam.interactions.fields import TITLES as INTERACTION_TITLES
from kam.interactions.terms import FEELINGS
from kam.language import N_, gettext, title
from kam.plans.fields import CHOICES as PLAN_CHOICES
from kam.plans.fields import TITLES as PLAN_TITLES
from kam.relationships.positions import POSITIONS
from kam.sales.terms import ORDER_STATUSES
from kam.sales.terms import STAGES as SALES_STAGES
from kam.service.terms import KINDS as CASE_KINDS
from kam.service.terms import PRIORITIES
from kam.service.terms import STATUSES as CASE_STATUSES
from kam.web import formats
from kam.web.badges import KINDS as BADGES
from kam.web.badges import Badge, badge
from kam.workflow.registry import current

FIELD_TITLES: Mapping[str, str] = {
    **PLAN_TITLES, **PERSON_TITLES, **ROLE_TITLES, **INTERACTION_TITLES, **TITLES,
    "owner": N_("Owner"), "team": N_("Team"),
    "position": N_("Position"), "person": N_("Person"), "blacklist_reason": N_("Reason for the blacklist"),
    "next_step_done_at": N_("Next step done"), "status": N_("Status"), "solution": N_("Solution"),
    "number": N_("Number"), "total": N_("Total"), "subject": N_("Subject"), "problem": N_("The problem"),
    "priority": N_("Priority"), "due_at": N_("Due"), "solved_at": N_("Solved at"), "ordered_on": N_("Order date"),
    "stage": N_("Stage"), "amount": N_("Amount"), "probability": N_("Probability"), "product": N_("Product"),
    "engaged_on": N_("Engaged on"), "expected_on": N_("Expected on"), "closed_on": N_("Closed on"),
    "lost_reason": N_("Reason of the loss"),
}  # fmt: skip
VALUE_TITLES: Mapping[str, Mapping[Any, str]] = {
    **CHOICES, **PLAN_CHOICES, "stance": STANCES, "position": POSITIONS, "channel": CHANNELS, "feeling": FEELINGS,
    "stage": SALES_STAGES, "status": {**ORDER_STATUSES, **CASE_STATUSES}, "priority": PRIORITIES,
}  # fmt: skip
# What is only bookkeeping says nothing to a reader.
UNTOLD = frozenset({"deleted_at", "blacklisted_at", "blacklisted_by", "id", "customer", "revision"})
BOOKKEEPING = ("_id", "_plan", "_position", "_revision", "_initiative", "_objective", "_created_at", "_created_by")

CHANGE_TITLES = {
    ("customer", "created"): N_("Customer added"),
    ("customer", "changed"): N_("Customer changed"),
    ("customer", "deleted"): N_("Customer deleted"),
    ("customer", "restored"): N_("Customer restored"),
    ("contact", "created"): N_("Contact added"),
    ("contact", "changed"): N_("Contact changed"),
    ("contact", "attached"): N_("Contact added"),
    ("contact", "detached"): N_("Contact taken away"),
    ("contact", "deleted"): N_("Contact deleted"),
    ("contact", "restored"): N_("Contact restored"),
    ("account_member", "joined"): N_("Joined the account team"),
    ("account_member", "left"): N_("Left the account team"),
    ("plan", "changed"): N_("Plan changed"),
    ("plan_comment", "said"): N_("Plan commented on"),
    ("plan_comment", "resolved"): N_("Comment on the plan resolved"),
    ("plan_comment", "reopened"): N_("Comment on the plan reopened"),
    ("plan_comment", "withdrawn"): N_("Comment on the plan withdrawn"),
    ("interaction", "changed"): N_("Interaction changed"),
}
OTHER_CHANGES = {
    "created": N_("Record added"),
    "changed": N_("Record changed"),
    "deleted": N_("Record deleted"),
    "restored": N_("Record restored"),
}
CHANNEL_ICONS = {
    "visit": "map-pin", "meeting": "users", "phone": "phone", "email": "mail", "letter": "mail-open", "fax": "printer",
    "web": "globe", "chat": "message-circle", "event": "calendar", "survey": "clipboard-list",
}  # fmt: skip
FEELING_BADGES = {
    "2": Badge(FEELINGS[2], "good", icon="face-grinning"),
    "1": Badge(FEELINGS[1], "good", icon="face-slightly-smiling"),
    "0": Badge(FEELINGS[0], "calm", icon="face-neutral"),
    "-1": Badge(FEELINGS[-1], "watch", icon="face-slightly-frowning"),
    "-2": Badge(FEELINGS[-2], "bad", icon="face-angry"),
}
ICONS_IN_VARIABLES = (
    'icon="map-pin" icon="users" icon="phone" icon="mail" icon="mail-open" icon="printer" icon="globe" '
    'icon="message-circle" icon="calendar" icon="clipboard-list" icon="receipt-text" icon="trending-up" '
    'icon="life-buoy" icon="arrow-right-left" icon="target" icon="pencil"'
)


def entries(events: list[Event], names: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """For each event: at, icon, title, text, by, href, badge and kind, as `shared/timeline.html` draws them."""
    return [{**_entry(event, names, language), "at": event.at, "kind": event.kind} for event in events]


def _entry(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    by = event.by or (gettext(language, N_("The system")) if event.kind in ("step", "plan") else "")
    return {"text": "", "href": "", "badge": "", **_TELLERS[event.kind](event, names, language), "by": by}


def _named(what: str, which: str, language: str) -> str:
    return gettext(language, N_("%(what)s: %(which)s"), what=what, which=which)


def _interaction(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    feeling = "" if data["feeling"] is None else badge(FEELING_BADGES, str(data["feeling"]), language)
    channel = gettext(language, CHANNELS.get(data["channel"], data["channel"]))
    return {
        "icon": CHANNEL_ICONS.get(data["channel"], "message-square"),
        "title": _named(channel, data["purpose"], language), "text": data["outcome"] or data["notes"],
        "href": f"/interactions/{event.id}", "badge": feeling,
    }  # fmt: skip


def _order(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    amount = formats.money(Decimal(data["total"]), data["currency"], language)
    told = gettext(language, N_("Order %(number)s over %(amount)s"), number=data["number"], amount=amount)
    status = badge({}, gettext(language, ORDER_STATUSES.get(data["status"], data["status"])), language)
    return {"icon": "receipt-text", "title": told, "href": f"/orders/{event.id}", "badge": status}


def _opportunity(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    amount = formats.money(Decimal(data["amount"]), data["currency"], language) if data["amount"] else ""
    stage = badge({}, gettext(language, SALES_STAGES.get(data["stage"], data["stage"])), language)
    told = gettext(language, N_("Opportunity: %(name)s"), name=data["name"])
    return {"icon": "trending-up", "title": told, "text": amount, "href": f"/opportunities/{event.id}", "badge": stage}


def _case(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    kind = gettext(language, CASE_KINDS.get(data["kind"], data["kind"]))
    return {
        "icon": "life-buoy", "title": _named(f"{kind} {data['number']}", data["subject"], language),
        "text": data["problem"], "href": f"/cases/{event.id}",
    }  # fmt: skip


def _step(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    definition = current().definitions.get(data["workflow"])
    transition = definition.transitions.get(data["transition"]) if definition else None
    told = title(transition.title, language) if transition else data["transition"]
    workflow = title(definition.title, language) if definition else data["workflow"]
    return {
        "icon": "arrow-right-left", "title": _named(workflow, told, language), "text": data["comment"],
        "badge": badge(BADGES.get(data["workflow"], {}), data["to"], language),
    }  # fmt: skip


def _plan(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    step = _step(event, names, language)
    text = "\n".join(filter(None, (event.data["title"], event.data["comment"])))
    return {**step, "icon": "target", "text": text, "href": f"/plans/{event.data['plan']}"}


def _change(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    known = CHANGE_TITLES.get((data["record_kind"], data["event"])) or OTHER_CHANGES.get(data["event"], data["event"])
    created = data["event"] in ("created", "attached")
    lines = [] if data["record_kind"] == "customer" and created else differences(data["changes"], names, language)
    return {"icon": "pencil", "title": gettext(language, known), "text": "\n".join(lines)}


_TELLERS = {
    "interaction": _interaction, "order": _order, "opportunity": _opportunity, "case": _case, "step": _step,
    "plan": _plan, "change": _change,
}  # fmt: skip


def differences(changes: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[str]:
    """One line for each changed field: its title, what it was, what it is."""
    lines = []
    for name, pair in sorted(changes.items(), key=_in_order_of_the_form):
        if name in UNTOLD or name.endswith(BOOKKEEPING) or not isinstance(pair, list) or len(pair) != 2:
            continue
        field = gettext(language, FIELD_TITLES[name]) if name in FIELD_TITLES else name
        old, new = (_value(name, value, names, language) for value in pair)
        lines.append(_named(field, new if not old else f"{old} → {new or formats.NOTHING}", language))
    return lines


_ORDER = {name: place for place, name in enumerate(FIELD_TITLES)}


def _in_order_of_the_form(change: tuple[str, Any]) -> tuple[int, str]:
    return _ORDER.get(change[0], len(_ORDER)), change[0]


def _value(name: str, value: Any, names: Mapping[str, str], language: str) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return gettext(language, N_("yes") if value else N_("no"))
    titles = VALUE_TITLES.get(name, {})
    if value in titles:
        return gettext(language, titles[value])
    if name.endswith(("_at", "_on")) and isinstance(value, str):
        return _day(value, language)
    return names.get(str(value), str(value))


def _day(value: str, language: str) -> str:
    try:
        return formats.day(datetime.fromisoformat(value), language)
    except ValueError:
        return value


def read_before(text: str) -> tuple[datetime, UUID] | None:
    """The place in the timeline that an address names; None for anything that is no place of ours."""
    moment, _, key = text.partition("_")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        return None


def older(events: list[Event], limit: int) -> str:
    """What the address needs for the next, older part; empty when this was the last."""
    if len(events) < limit:
        return ""
    last = events[-1]
    return f"{last.at.isoformat().replace('+00:00', 'Z')}_{last.id}"
