"""Changing a record of a kind by its form, also where somebody else was faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response

from kam.clock import now
from kam.errors import Invalid, Refused, Stale
from kam.language import N_, gettext
from kam.records.editing import edit
from kam.records.finding import find
from kam.records.kind import Kind
from kam.records.pages import sets, telling
from kam.records.pages.filling import filled, whose
from kam.records.pages.form import page_of, written
from kam.records.pages.forming import as_of_kind, values_of
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import redirect
from kam.workflow.blockers import Blocker

Asked = Request[Any, Any, Any]
CHANGED = N_("The changes were saved.")


async def edit_form(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    request.user.require(kind.ability)
    row = await find(kind, request.user, record)
    return await _edit(kind, request, row, await filled(kind, written(kind, request.user), request.user, row))


async def change(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    viewer = request.user
    viewer.require(kind.ability)
    row = await find(kind, viewer, record)
    form = as_of_kind(kind, await Form.read(request)).over(await filled(kind, written(kind, viewer), viewer, row))
    form.whose = whose(kind, row)
    if form.value("more"):
        return await _edit(kind, request, row, form, more=True)
    try:
        said = form.news(await values_of(written(kind, viewer), form, viewer)) | await sets.said(kind, viewer, form)
        revision = form.seen()
        form.valid()
        await edit(kind, record, said, by=viewer, now=now(), revision=revision, remark=form.value("remark"))
    except Invalid as invalid:
        return await _edit(kind, request, row, form.refused(invalid), status=422)
    except Refused as refused:
        return await _edit(kind, request, row, form, status=409, blockers=refused.blockers)
    except Stale:
        return await _overtaken(kind, request, record, form)
    return redirect(kind.address(record), flash=("success", CHANGED))


async def _edit(
    kind: Kind,
    request: Asked,
    row: Mapping[str, Any],
    form: Form,
    *,
    status: int = 200,
    theirs: Any = None,
    more: bool = False,
    blockers: Sequence[Blocker] = (),
) -> Response[Any]:
    action = kind.address(row["id"])
    return await page_of(
        kind, request, form, action=action, record=row, status=status, theirs=theirs, more=more, blockers=blockers
    )


async def _overtaken(kind: Kind, request: Asked, record: UUID, form: Form) -> Response[Any]:
    """What was typed is kept; beside it stands what others have saved meanwhile, and saving again overwrites that."""
    row = await find(kind, request.user, record)
    stands = await filled(kind, written(kind, request.user), request.user, row)
    form.over(stands)
    language = current().language
    theirs = [
        (gettext(language, one.title), telling.value_of(one, row))
        for one in written(kind, request.user)
        if one.name in form.values and not form.stays(one.name)
    ]
    theirs += [(gettext(language, what), rows) for what, rows in sets.theirs(kind, request.user, form, stands)]
    form.values["revision"] = stands.values["revision"]
    return await _edit(kind, request, row, form, status=409, theirs=theirs)
