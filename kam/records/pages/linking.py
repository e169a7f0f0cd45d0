"""At which customers a record is that several have: on its page, of those that the viewer sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam.people.viewer import Viewer
from kam.records.finding import links_seen
from kam.records.kind import Kind
from kam.records.pages import telling
from kam.records.sharing import link_of
from kam.records.visibility import shown

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """`rows` are the links, each with titles and values; `new` is where one more is added."""

    kind: Kind
    rows: Sequence[tuple[Row, Sequence[tuple[str, Any]]]]
    new: str


async def links(kind: Kind, viewer: Viewer, row: Row) -> Links | None:
    if kind.shared is None:
        return None
    link, column = link_of(kind), kind.shared.column
    fields = [one for one in shown(link, viewer) if one.listed and one.name not in (column, link.titled)]
    found = await links_seen(kind, viewer, row["id"])
    told = [(one, [(field.title, telling.value_of(field, one)) for field in fields]) for one in found]
    return Links(link, told, f"/{link.path}/new?{column}={row['id']}")
