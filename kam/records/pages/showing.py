"""One record: all that is known of it, where it stands, what happened to it; deleting and restoring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response

from kam.clock import now
from kam.errors import Invalid, Refused
from kam.language import N_, gettext
from kam.records import fields as f
from kam.records.deleting import delete, restore
from kam.records.fields import Field
from kam.records.finding import find
from kam.records.kind import Kind
from kam.records.pages import own, sets, telling
from kam.records.pages.history import history
from kam.records.pages.linking import links
from kam.records.visibility import shown
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.steps import astray, outlooks_of
from kam.workflow.blockers import Blocker

Asked = Request[Any, Any, Any]
DELETED, RESTORED = N_("Deleted: %(name)s"), N_("Restored: %(name)s")


async def show(
    kind: Kind, request: Asked, record: UUID, *, status: int = 200, fault: str = "", blockers: Sequence[Blocker] = ()
) -> Response[Any]:
    """A deleted record is still found here, with the way to restore it."""
    viewer = request.user
    row = await find(kind, viewer, record, deleted=None)
    deleted = row["deleted_at"] is not None
    standings = [] if deleted else await outlooks_of(viewer, record, now=now())
    fields = shown(kind, viewer)
    return page(
        request, own.of(kind).page, status=status, kind=kind, record=row, title=row[kind.titled],
        address=kind.address(record), deleted=deleted, fault=fault, blockers=blockers,
        may_write=viewer.may(kind.ability), standings=standings, astray=astray(standings),
        particulars=particulars(kind, fields, row), sets=await sets.told(kind, viewer, row), texts=texts(fields, row),
        links=await links(kind, viewer, row), entries=await history(kind, viewer, record),
        **await own.of(kind).more(row),
    )  # fmt: skip


def particulars(kind: Kind, fields: Sequence[Field], row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Title and value; the title of the record is the heading, a currency stands with its amount, and what follows from
    others stands there once it does."""
    with_amounts = {one.currency for one in fields if one.type == f.MONEY}
    return [
        (one.title, telling.value_of(one, row))
        for one in fields
        if one.type != f.LONG
        and one.name != kind.titled
        and one.name not in with_amounts
        and not (one.reckoned and row[one.name] in (None, ""))
    ]


def texts(fields: Sequence[Field], row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one.title, row[one.name]) for one in fields if one.type == f.LONG and row[one.name]]


async def remove(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    row = await find(kind, request.user, record)
    seen = (await Form.read(request)).seen()
    try:
        await delete(kind, record, by=request.user, now=now(), revision=seen)
    except Invalid as invalid:
        return await show(kind, request, record, status=422, fault=" ".join(_sentences(invalid)))
    return redirect(kind.address(record), flash=("success", DELETED, {"name": row[kind.titled]}))


async def bring_back(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    row = await find(kind, request.user, record, deleted=True)
    remark = (await Form.read(request)).value("remark")
    try:
        await restore(kind, record, by=request.user, now=now(), remark=remark)
    except Refused as refused:
        return await show(kind, request, record, status=409, blockers=refused.blockers)
    except Invalid as invalid:
        return await show(kind, request, record, status=422, fault=" ".join(_sentences(invalid)))
    return redirect(kind.address(record), flash=("success", RESTORED, {"name": row[kind.titled]}))


def _sentences(invalid: Invalid) -> list[str]:
    return [gettext(current().language, sentence) for sentence in invalid.fields.values()]
