"""What the page of a quotation has of its own: the versions that were sent, each to be read, with what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.quotations.kind import LINES, QUOTATION
from kam.quotations.versions import as_kept, sent
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.finding import find
from kam.records.pages import own, sets, telling
from kam.records.pages.own import Own
from kam.records.pages.showing import particulars, texts
from kam.records.visibility import shown
from kam.web.page import page

LARGEST = 2**31 - 1  # that a column holds
# What the customer was told of a line; its description says which product it is.
_OF_LINE = tuple(one for one in LINES.fields if one.type != f.RECORD and not one.protect)

Content = Mapping[str, Any]


@get("/quotations/{record:uuid}/versions/{number:int}")
async def version(request: Request[Any, Any, Any], record: UUID, number: int) -> Response[Any]:
    stands = await find(QUOTATION, request.user, record, deleted=None)
    kept, lines = await as_kept(record, min(max(number, 0), LARGEST))
    fields = shown(QUOTATION, request.user)
    told = await versions(stands)
    return page(
        request,
        "quotations/version.html",
        quotation=stands,
        address=QUOTATION.address(record),
        kept=kept,
        version=next(one for one in told if one["number"] == number),
        particulars=particulars(QUOTATION, fields, kept),
        lines=sets.told_rows(LINES, _OF_LINE, lines),
        texts=texts(fields, kept),
    )


async def versions(row: Content) -> list[dict[str, Any]]:
    """The newest first. `row` is the quotation as the viewer found it: of no other fields anything is told."""
    fields = [one for one in QUOTATION.fields if one.name in row]
    found = await sent(row["id"])
    names = {str(one["content"]["owner"]): one["owner_name"] for one in found if one["owner_name"]}
    older = {newer["number"]: before["content"] for newer, before in pairwise(found)}
    return [
        {**one, "total": _total(one["content"]), "first": not before}
        | {"changes": [*_fields(fields, before, one["content"], names), *_lines(before, one["content"])]}
        for one in found
        for before in [older.get(one["number"], {})]
    ]


def _total(content: Content) -> Any:
    amount = {"total": Decimal(content["total"]), "currency": content["currency"]}
    return telling.value_of(QUOTATION.by_name["total"], amount)


def _fields(fields: Sequence[Field], before: Content, after: Content, names: Mapping[str, str]) -> list[Any]:
    changed = {
        one.name: [before[one.name], after[one.name]]
        for one in fields
        if one.name in before and one.name in after and before[one.name] != after[one.name]
    }
    return [("same", line) for line in telling.lines(fields, changed, names)]


def _lines(before: Content, after: Content) -> Iterator[tuple[str, str]]:
    """The lines that are gone and those that are new, each in one text."""
    old, new = ([_told(line) for line in content.get("lines", ())] for content in (before, after))
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if before else ():
        if tag != "equal":
            yield from (("gone", line) for line in old[i:j])
            yield from (("new", line) for line in new[k:m])


def _told(line: Content) -> str:
    said = [telling.sentence_of(one, line.get(one.name), {}) for one in _OF_LINE]
    return " · ".join(one for one in said if one)


async def _versions(row: Content) -> Content:
    return {"versions": await versions(row)}


own.use(QUOTATION, Own(page="quotations/quotation.html", more=_versions))
ROUTES = [version]
