"""What became of the records of a customer, whatever kinds there are: in the words of their fields and workflows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.timeline import Event
from kam.database.engine import DB
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.records import catalogue
from kam.records import fields as f
from kam.records.kind import Kind
from kam.records.pages.happening import HAPPENED, IN_OWN_WORDS
from kam.records.pages.looking import badges_of as looks_of
from kam.records.pages.telling import lines, moved
from kam.records.recording import CHANGED, CREATED, DELETED
from kam.records.visibility import shown
from kam.web import formats
from kam.web.badges import badge, badges_of
from kam.web.current import current

_CALLED = """
SELECT id, kind, concat_ws(' ', nullif(number, ''), title) AS called, deleted_at IS NOT NULL AS deleted FROM record
WHERE id = ANY($1) AND kind = ANY($2)
"""
SINCE_DELETED = N_("%(what)s (deleted since)")


def kind_of(event: Event) -> Kind | None:
    return catalogue.current().get(event.data.get("record_kind", ""))


def is_hidden(event: Event, viewer: Viewer | None) -> bool:
    """Whether a change touched nothing that the viewer may see."""
    kind, changes = kind_of(event), event.data.get("changes")
    if kind is None or not changes or event.data["event"] != "changed":
        return False
    seen = {one.name for one in shown(kind, viewer)} if viewer else set()
    return set(changes) <= kind.by_name.keys() - seen


def change(kind: Kind, event: Event, names: Mapping[str, str], viewer: Viewer | None, language: str) -> dict[str, Any]:
    """Fields that the viewer may not see are not told."""
    happened = _what(kind, event)
    own = IN_OWN_WORDS.get(happened)
    said = gettext(language, HAPPENED.get(happened, HAPPENED["changed"]), what=gettext(language, kind.title))
    fields, changes = (*shown(kind, viewer), *kind.former) if viewer else (), event.data["changes"]
    return {
        "icon": kind.icon,
        "title": said if kind.is_itself else _called(said, event, language, told=happened == "deleted"),
        "text": own(changes, language) if own else "\n".join(lines(fields, changes, names) + moved(kind, changes)),
        "href": kind.address(event.data["record"]),
    }


def _what(kind: Kind, event: Event) -> str:
    """What an earlier version told of an entry that came or went is a change of the record that it stands in."""
    changes, said = event.data["changes"], event.data["event"]
    whole = {CREATED: kind.titled, DELETED: "deleted_at"}.get(said)
    return CHANGED if whole and changes and whole not in changes else str(said)


def happened(event: Event, language: str) -> dict[str, Any]:
    """A record under its own day: what it is called and comes to, and where it stands now."""
    data, kind = event.data, catalogue.kind_of(event.data["record_kind"])
    amount = formats.money(Decimal(data["amount"]), data["currency"], language) if data.get("amount") else ""
    told = {
        "icon": kind.icon,
        "title": _called(gettext(language, kind.title), event, language),
        "text": amount,
        "href": kind.address(data["record"]),
        "badge": badge(badges_of(data["workflow"]), data["to"], language) if kind.workflow else "",
    }
    return told | _said(kind, event, language)


def _said(kind: Kind, event: Event, language: str) -> dict[str, Any]:
    """As its kind says: called and shown by a choice, with the badge of a grade, and the first text there is."""
    said: dict[str, Any] = {}
    for one in (kind.by_name[name] for name in kind.told):
        value = event.data[one.name]
        if value is None or value == "":
            continue
        if one.type == f.CHOICE:
            said["title"] = _called(gettext(language, one.choices.get(value, value)), event, language)
            said["icon"] = one.looks[value].icon if value in one.looks else kind.icon
        elif one.type == f.GRADE:
            said["badge"] = badge(looks_of(one), value, language)
        else:
            said.setdefault("text", value)
    return said


def step(kind: Kind, event: Event, told: Mapping[str, Any], language: str) -> dict[str, Any]:
    """`told` is the step as that of any workflow is told."""
    text = "\n".join(filter(None, (_called("", event, language), told["text"])))
    return {**told, "icon": kind.icon, "text": text, "href": kind.address(event.data["record"])}


async def records_of(subjects: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """What these records are called, and where they are."""
    if not subjects:
        return {}
    language, kinds = current().language, catalogue.current()
    rows = await DB.fetch(_CALLED, list(subjects), list(kinds))
    return {
        row["id"]: {"href": kinds[row["kind"]].address(row["id"]), "called": _with_its_end(row, language)}
        for row in rows
    }


def _with_its_end(of: Mapping[str, Any], language: str) -> str:
    return gettext(language, SINCE_DELETED, what=of["called"]) if of["deleted"] else str(of["called"])


def _called(said: str, event: Event, language: str, *, told: bool = False) -> str:
    """With what the record is called now; that it is deleted, unless that is what is `told`."""
    of = event.data.get("of") or {"called": "", "deleted": False}
    called = of["called"] if told else _with_its_end(of, language)
    return gettext(language, N_("%(what)s: %(which)s"), what=said, which=called) if said and called else said or called
