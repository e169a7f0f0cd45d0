"""Choosing one record by typing its code, its name in either script, or a part of them.

A field holds what a person would type, such as "C-000012 · Acme", and not a hidden id: so it works without scripts,
can be corrected, and survives a refusal as it was typed. One declaration reads it and proposes what may be meant:

CUSTOMER = ChoiceOf("customer", key="customer.code", …)
customer = await CUSTOMER.read(form, "customer", request.user, required=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.web.forms import Form

BETWEEN = " · "
FEW = 40  # of which one chooses from a list; more are typed
PROPOSED = 12
_PARTS_ASKED = 20  # of several fields in one form; a code is found however many there are

Asked = Request[Any, Any, Any]


@dataclass(frozen=True)
class ChoiceOf:
    """`key` is the column of the code, `shown` the SQL of what a field holds, `scope` the permission.

    `offered` narrows what is proposed, such as products still sold; a code that was typed in full is taken anyway.
    `detail` is the SQL of what stands beside a proposal, `fills` of what a choice fills into other fields.
    `order` is the SQL by which proposals stand that are equally likely; otherwise they stand by name.
    """

    table: str
    key: str
    shown: str
    search: Callable[[Params, str], str]
    scope: Callable[[Viewer, Params], str]
    nobody: str
    several: str
    names: Sequence[str] = ("name", "name_zh")
    offered: str = "TRUE"
    detail: str = "''"
    fills: Callable[[Asked, Params], Mapping[str, str]] | None = None
    order: str = ""

    async def read(self, form: Form, field: str, viewer: Viewer, *, required: bool = False) -> UUID | None:
        """The record that was typed into a field; a fault stands at the field."""
        return await self.meant(form, field, form.text(field, required=required), viewer)

    async def meant(self, form: Form, field: str, text: str, viewer: Viewer) -> UUID | None:
        if not text:
            return None
        found = (await self.all_meant([text], viewer))[text]
        if isinstance(found, str):
            form.fault(field, found)
            return None
        return found

    async def all_meant(self, texts: Iterable[str], viewer: Viewer) -> dict[str, UUID | str]:
        """For each text that is not empty the one record that it means, or the sentence why there is none."""
        wanted = list(dict.fromkeys(text for text in texts if text))
        found: dict[str, UUID | str] = dict(await self._exactly(wanted, viewer))
        unknown = [text for text in wanted if text not in found]
        for place, text in enumerate(unknown):
            found[text] = await self._about(text, viewer) if place < _PARTS_ASKED else self.nobody
        return found

    async def write(self, form: Form, viewer: Viewer, *fields: str) -> Form:
        """Puts what a person would type in the place of the ids in these fields."""
        shown = await self.shown_for((text for field in fields for text in form.chosen(field)), viewer)
        for field in fields if shown else ():
            form.values[field] = [shown.get(text, text) for text in form.chosen(field)]
        return form

    async def shown_for(self, texts: Iterable[str], viewer: Viewer) -> dict[str, str]:
        """For each id among the texts what a field holds for its record."""
        ids = ids_of(texts)
        if not ids:
            return {}
        params = Params(ids)
        sees = self.scope(viewer, params)
        rows = await DB.fetch(
            f"SELECT id::text, {self.shown} AS shown FROM {self.table} WHERE id = ANY($1) AND {sees}", *params.values
        )
        return {row["id"]: row["shown"] for row in rows}

    async def respond(self, request: Asked) -> dict[str, Any]:
        """What may be meant by `?q=`, the likeliest first; `more` says that there are others."""
        text = " ".join(request.query_params.get("q", "").replace("\x00", "").split())[:100]
        params = Params()
        fills = self.fills(request, params) if self.fills else {}
        more = "".join(f", {sql} AS {name}" for name, sql in fills.items())
        where = f"{self.offered} AND {self.scope(request.user, params)} AND {self.search(params, _words(text))}"
        rows = await DB.fetch(
            f"SELECT {self.shown} AS shown, concat_ws(' ', {', '.join(self.names)}) AS name, {self.key} AS key,"
            f" {self.detail} AS detail{more} FROM {self.table} WHERE {where}"
            f" ORDER BY {self._likeliest(text.lower(), params)} {self.order or self.names[0]}, id LIMIT {PROPOSED + 1}",
            *params.values,
        )
        choices = [
            {"value": row["shown"], "name": row["name"].strip(), "key": row["key"], "detail": row["detail"]}
            | {"fills": {name: row[name] or "" for name in fills}}
            for row in rows[:PROPOSED]
        ]
        return {"choices": choices, "more": len(rows) > PROPOSED}

    def _likeliest(self, text: str, params: Params) -> str:
        if not text:
            return ""
        begins = params(text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
        names = " OR ".join(f"lower({name}) LIKE {begins}" for name in self.names)
        return f"lower({self.key}) = {params(text)} DESC, lower({self.key}) LIKE {begins} DESC, ({names}) DESC,"

    async def _exactly(self, texts: Sequence[str], viewer: Viewer) -> dict[str, UUID]:
        """By id, by all that a field holds, or by a code that only one has, alone or beside the name.

        A code is also known in capitals or small letters.
        """
        parts = {text: [part.strip() for part in (text, *text.split(BETWEEN))] for text in texts}
        keys = {way for some in parts.values() for part in some for way in (part, part.upper(), part.lower())}
        params = Params(list(keys), ids_of(texts))
        sees = self.scope(viewer, params)
        rows = await DB.fetch(
            f"SELECT id, {self.key} AS key, {self.shown} AS shown FROM {self.table}"
            f" WHERE ({self.key} = ANY($1) OR id = ANY($2)) AND {sees}",
            *params.values,
        )
        known = {str(row["id"]): row["id"] for row in rows}
        for way in (lambda row: row["key"].lower(), lambda row: row["key"], lambda row: row["shown"]):
            known |= _of_only_one(rows, way)
        found = {text: _first(known, [*some, *(part.lower() for part in some)]) for text, some in parts.items()}
        return {text: one for text, one in found.items() if one}

    async def _about(self, text: str, viewer: Viewer) -> UUID | str:
        params = Params(text.lower()[:200])
        where = f"{self.offered} AND {self.scope(viewer, params)} AND {self.search(params, _words(text[:200]))}"
        whole = " OR ".join(f"lower({name}) = $1" for name in self.names)
        rows = await DB.fetch(
            f"SELECT id, ({whole}) AS whole FROM {self.table} WHERE {where}"
            f" ORDER BY whole DESC, {self.names[0]} LIMIT 2",
            *params.values,
        )
        named = [row for row in rows if row["whole"]]
        found = named if len(named) == 1 else rows
        return found[0]["id"] if len(found) == 1 else self.several if found else self.nobody


def _of_only_one(rows: Iterable[Mapping[str, Any]], way: Callable[[Mapping[str, Any]], str]) -> dict[str, UUID]:
    """What two records have in common, such as the number of an order in two systems, means neither."""
    found: dict[str, set[UUID]] = {}
    for row in rows:
        found.setdefault(way(row), set()).add(row["id"])
    return {text: next(iter(ids)) for text, ids in found.items() if len(ids) == 1}


def _words(text: str) -> str:
    return text.replace("·", " ")


def _first(known: Mapping[str, UUID], keys: Iterable[str]) -> UUID | None:
    return next((known[key] for key in keys if key in known), None)


def ids_of(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
