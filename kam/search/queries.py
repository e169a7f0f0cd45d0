"""What a word is found in: records by their names and numbers, pages and commands by their titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kam.database.engine import DB
from kam.database.searching import begins, matches, matches_customer, matches_indexed, unforeseen
from kam.database.sql import Params
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue
from kam.records.kind import Kind
from kam.records.sharing import linked_by
from kam.records.sharing import whose as shared_by
from kam.records.visibility import sees

PER_GROUP = 6


@dataclass(frozen=True)
class Found:
    group: str
    title: str
    path: str
    detail: str = ""
    icon: str = ""


ICONS = {
    "person": {"icon": "user"},
}
GROUPS: dict[str, str] = {}
LAST_GROUPS = {"person": N_("People"), "page": N_("Pages and commands")}


async def search(viewer: Viewer, text: str) -> list[Found]:
    """Up to six of each kind. One statement; every part goes through the permission of the customer it belongs to."""
    text = " ".join(text.split())[:100]
    if not text:
        return []
    params = Params()
    seen = sees_customer(viewer, params)
    parts = [
        _customers(params, text, seen),
        *_records(viewer, params, text), _people(params, text),
    ]  # fmt: skip
    rows = await DB.fetch_planned(" UNION ALL ".join(f"({part} LIMIT {PER_GROUP})" for part in parts), *params.values)
    return [Found(row["kind"], row["title"], row["path"], row["detail"] or "", _icon(row["kind"])) for row in rows]


def _icon(name: str) -> str:
    kinds = catalogue.current()
    return kinds[name].icon if name in kinds else ICONS[name]["icon"]


def _customers(params: Params, text: str, sees: str) -> str:
    """Those whose name begins with the text come first."""
    found, first = matches_customer(params, text), begins(params, text, "sort_name")
    select = (
        "SELECT 'customer' AS kind, CASE WHEN name_zh = '' THEN name ELSE name || ' ' || name_zh END AS title,"
        f" '/customers/' || id AS path, code::text AS detail FROM customer WHERE deleted_at IS NULL AND {sees}"
    )
    beginning = f"{select} AND {first} AND {unforeseen(found)} ORDER BY sort_name LIMIT {PER_GROUP}"
    others = f"{select} AND NOT {first} AND {found} LIMIT {PER_GROUP}"
    return f"SELECT * FROM (({beginning}) UNION ALL ({others})) customers"


def _records(viewer: Viewer, params: Params, text: str) -> list[str]:
    """Each kind by the two indexes that are its own; what several customers have is found itself, not its links."""
    found = matches_indexed(params, text, "record")
    kinds = (kind for kind in catalogue.current().values() if not kind.is_itself and linked_by(kind) is None)
    return [_of_kind(kind, viewer, params, found) for kind in kinds]


def _of_kind(kind: Kind, viewer: Viewer, params: Params, found: str) -> str:
    whose, name, seen = "", "''", sees(kind, viewer, params, row="record")
    if kind.shared:
        name = shared_by(kind, viewer, params, "record.id")
    if kind.belongs:
        whose, name = "JOIN customer ON customer.id = record.customer", "customer.name::text"
    return (
        f"SELECT '{kind.name}', concat_ws(' ', nullif(record.number, ''), record.title),"
        f" '/{kind.path}/' || record.id, {name} FROM record {whose}"
        f" WHERE record.kind = '{kind.name}' AND record.deleted_at IS NULL AND {seen} AND {found}"
    )


def _people(params: Params, text: str) -> str:
    found = matches(params, text, "person.name", "person.email")
    return f"SELECT 'person', name::text, '/people/' || id, job::text FROM person WHERE active AND {found}"


@dataclass(frozen=True)
class Command:
    """Something to do or a place to go, found by its title in the reader's language or in English."""

    title: str
    path: str
    icon: str
    ability: str = ""


COMMANDS = (
    Command(N_("Add person"), "/people/new", icon="user-plus", ability="manage_people"),
    Command(N_("Change password"), "/settings", icon="key-round"),
    Command(N_("Teams"), "/teams", icon="users"),
)


def pages(viewer: Viewer, text: str, places: tuple[Any, ...], language: str) -> list[Found]:
    """The places of the navigation and the commands whose title has the text; without a text the first of them."""
    wanted = text.strip().lower()
    new = (Command(kind.new, f"/{kind.path}/new", "plus", kind.ability) for kind in catalogue.current().values())
    offered = [place for place in (*places, *new, *COMMANDS) if not place.ability or viewer.may(place.ability)]
    found = [
        Found("page", gettext(language, one.title), one.path, "", one.icon)
        for one in offered
        if wanted in one.title.lower() or wanted in gettext(language, one.title).lower()
    ]
    return found[: PER_GROUP if wanted else 12]


def grouped(found: list[Found], language: str) -> list[Mapping[str, Any]]:
    """[{title, results}] in the order of the groups, leaving out the empty ones."""
    kinds = {kind.name: kind.titles for kind in catalogue.current().values()}
    first = {kind.name: kind.titles for kind in catalogue.current().values() if kind.is_itself}
    titles = {**first, **GROUPS, **kinds, **LAST_GROUPS}
    groups = ((title, [one for one in found if one.group == name]) for name, title in titles.items())
    return [{"title": gettext(language, title), "results": results} for title, results in groups if results]
