"""Events of the timeline in the words of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.pages import telling_kinds
from kam.customers.pages.differing import differences
from kam.customers.timeline import HAPPENED, Event
from kam.language import N_, gettext, title
from kam.records.pages import happening
from kam.records.pages.happening import begun
from kam.web.badges import badge, badges_of
from kam.web.current import current
from kam.workflow.reaching import BEGUN
from kam.workflow.registry import current as workflows

CHANGE_TITLES = {
    ("account_member", "joined"): N_("Joined the account team"),
    ("account_member", "left"): N_("Left the account team"),
    ("plan_comment", "said"): N_("Plan commented on"),
    ("plan_comment", "resolved"): N_("Comment on the plan resolved"),
    ("plan_comment", "reopened"): N_("Comment on the plan reopened"),
    ("plan_comment", "withdrawn"): N_("Comment on the plan withdrawn"),
}
OTHER_CHANGES = {
    "created": N_("Record added"),
    "changed": N_("Record changed"),
    "deleted": N_("Record deleted"),
    "restored": N_("Record restored"),
    BEGUN: N_("Workflow begun"),
}
ICONS_IN_VARIABLES = 'icon="receipt-text" icon="arrow-right-left" icon="target" icon="pencil"'


def entries(events: list[Event], names: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """For each event: at, icon, title, text, by, href, badge and kind, as `shared/timeline.html` draws them,
    for whoever asks for the page."""
    told = [event for event in events if not telling_kinds.is_hidden(event, current().viewer)]
    return [{**_entry(event, names, language), "at": event.at, "kind": event.kind} for event in told]


def _entry(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    by = event.by or (gettext(language, N_("The system")) if event.kind in ("step", "record") else "")
    return {"text": "", "href": "", "badge": "", **_TELLERS[event.kind](event, names, language), "by": by}


def _named(what: str, which: str, language: str) -> str:
    return gettext(language, N_("%(what)s: %(which)s"), what=what, which=which)


def _step(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    data = event.data
    definition = workflows().known_or_absent(data["workflow"])
    told, workflow = happening.step(data, language), title(definition.title, language)
    return {
        "icon": "arrow-right-left", "title": _named(workflow, told["title"], language), "text": told["text"],
        "badge": badge(badges_of(data["workflow"]), data["to"], language),
    }  # fmt: skip


def _record(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    told, kind = _step(event, names, language), telling_kinds.kind_of(event)
    return telling_kinds.step(kind, event, told, language) if kind else told


def _happened(event: Event, _names: Mapping[str, str], language: str) -> dict[str, Any]:
    return telling_kinds.happened(event, language)


def _change(event: Event, names: Mapping[str, str], language: str) -> dict[str, Any]:
    if of_kind := telling_kinds.kind_of(event):
        return telling_kinds.change(of_kind, event, names, current().viewer, language)
    kind, happened, changes = event.data["record_kind"], event.data["event"], event.data["changes"]
    known = CHANGE_TITLES.get((kind, happened)) or OTHER_CHANGES.get(happened, N_("Record changed"))
    lines = differences(kind, changes, names, language)
    lines = [begun(changes, language)] if happened == BEGUN else lines
    told, which = gettext(language, known), names.get(str(event.data["record"]), "")
    told = _named(told, which, language) if which else told
    return {"icon": "pencil", "title": told, "text": "\n".join(lines)}


_TELLERS = {
    "step": _step, "record": _record,
    "change": _change, HAPPENED: _happened,
}  # fmt: skip


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
