"""Reading and writing one section; saved as one types by a script, or with the Save button without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.plans import measuring, queries, reading, writing
from kam.plans.pages.frame import frame, measured
from kam.plans.pages.owners import offered_owners
from kam.plans.pages.unsaved import Unsaved
from kam.plans.printing import matrix
from kam.plans.queries import Row
from kam.plans.sections import ACTIONS, ALL, OBJECTIVES, RISKS, SWOT, TEAM, Section, missing, section, shown_together
from kam.plans.terms import IMPACTS, LIKELIHOODS
from kam.plans.weighing_risks import WEIGHTS, weight
from kam.plans.writable import Fixed
from kam.plans.writing import Overtaken
from kam.relationships.positions import POSITIONS
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.formats import moment
from kam.web.forms import Form
from kam.web.page import page, redirect, render
from kam.web.zones import local, today

Asked = Request[Any, Any, Any]
Table = tuple[dict[str, Any], Sequence[Row] | None]


@get("/plans/{plan:uuid}/sections/{key:str}")
async def show(request: Asked, plan: UUID, key: str) -> Response[Any]:
    return await shown(request, plan, key)


@get("/plans/{plan:uuid}/missing")
async def first_missing(request: Asked, plan: UUID) -> Response[Any]:
    """Where a reader of “sections not written” goes: to the first of them."""
    await queries.find(request.user, plan)
    texts = {key: row["text"] for key, row in (await queries.sections(plan)).items()}
    gaps = missing(texts)
    return redirect(f"/plans/{plan}/sections/{gaps[0].key}" if gaps else f"/plans/{plan}")


@post("/plans/{plan:uuid}/sections/{key:str}")
async def write(request: Asked, plan: UUID, key: str) -> Response[Any]:
    form = await Form.read(request)
    try:
        revision = await writing.write_section(
            plan, key, form.value("text"), by=request.user, now=now(), revision=form.seen() or 0
        )
    except Overtaken as overtaken:
        return await _overtaken(request, plan, key, form.value("text"), overtaken)
    except (Invalid, Fixed) as refused:
        if wants_json(request):
            raise
        typed = {key: form.value("text")}
        if isinstance(refused, Fixed):
            return await shown(request, plan, key, typed=typed, unsaved=Unsaved(str(refused)), status=409)
        return await shown(request, plan, key, typed=typed, form=form.refused(refused), status=422)
    if wants_json(request):
        around = await frame(request, plan, shown_together(key)[0].key)
        saved = {"revision": revision, "saved": moment(local(now()), current().language)}
        return Response({**saved, "sections": render("plans/_sections.html", **around)})
    return redirect(f"/plans/{plan}/sections/{key}", flash=("success", N_("The section was saved.")))


async def _overtaken(request: Asked, plan: UUID, key: str, text: str, overtaken: Overtaken) -> Response[Any]:
    """Both texts are shown, and neither is lost."""
    theirs = overtaken.theirs
    if not wants_json(request):
        return await shown(request, plan, key, typed={key: text}, theirs={key: theirs}, status=409)
    language = current().language
    answer = {
        "message": gettext(language, str(overtaken)), "theirs": theirs["text"], "by": theirs["editor_name"],
        "at": moment(local(theirs["edited_at"]), language), "revision": theirs["revision"],
    }  # fmt: skip
    return Response(answer, status_code=409)


async def shown(
    request: Asked, plan: UUID, key: str, *, status: int = 200, form: Form | None = None,
    typed: dict[str, str] | None = None, theirs: dict[str, Any] | None = None, opened: str = "",
    said: Form | None = None, unsaved: Unsaved | None = None,
) -> Response[Any]:  # fmt: skip
    """The section's page; `typed` is text that was not saved, `form` an entry that was refused and is `opened`,
    `said` a comment that was refused, `unsaved` an entry that came too late."""
    together = shown_together(key)
    around = await frame(request, plan, together[0].key)
    keys, form = [one.key for one in together], form or Form.of()
    return page(
        request, "plans/section.html", status=status, section=section(key), sections=together, typed=typed or {},
        theirs=theirs or {}, form=form, opened=opened, neighbours=_neighbours(together[0]),
        talk=[one for one in around["comments"] if one.section in keys], said=said or Form.of({"section": key}),
        unsaved=unsaved, **around, **await _table(around, section(key), form, request.user),
    )  # fmt: skip


def _neighbours(shown: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after, the SWOT counting as one."""
    pages = [one for one in ALL if one.kind != SWOT or one.key == "strengths"]
    at = pages.index(shown)
    return (pages[at - 1] if at else None, pages[at + 1] if at + 1 < len(pages) else None)


async def _table(around: Mapping[str, Any], shown: Section, form: Form, viewer: Viewer) -> dict[str, Any]:
    """What stands in the section beside its text."""
    if shown.kind not in _TABLES:
        return {}
    plan, fixed = around["plan"], around["fixed"]
    table, rows = await _TABLES[shown.kind](plan, fixed)
    choices = await offered_owners(plan, form, viewer, rows) if rows is not None and around["writable"] else {}
    return {**table, **choices}


# Each gives what it shows, and the rows that have owners, if its rows have any.
async def _objectives(plan: Row, fixed: reading.Version) -> Table:
    language, known = current().language, measuring.measures()
    choices = sorted(((name, gettext(language, fact.title)) for name, fact in known.items()), key=lambda one: one[1])
    return {"measured": await measured(plan, fixed), "fact_choices": choices}, None


async def _initiatives(plan: Row, fixed: reading.Version) -> Table:
    initiatives = await reading.initiatives(plan["id"], fixed)
    objectives = await reading.objectives(plan["id"], fixed)
    choices = [(str(one["id"]), one["title"]) for one in objectives]
    actions = [action for initiative in initiatives for action in initiative["actions"]]
    return {"initiatives": initiatives, "objective_choices": choices, "today": today()}, actions


async def _risks(plan: Row, fixed: reading.Version) -> Table:
    rows = await reading.risks(plan["id"], fixed)
    risks = [{**one, "level": weight(one["likelihood"], one["impact"])} for one in rows]
    table = {"risks": risks, "matrix": matrix(risks), "weights": WEIGHTS}
    return {**table, "likelihoods": LIKELIHOODS, "impacts": IMPACTS}, risks


async def _team(plan: Row, fixed: reading.Version) -> Table:
    return {"team": await reading.team(plan, fixed), "positions": POSITIONS}, None


_TABLES: Mapping[str, Callable[[Row, reading.Version], Awaitable[Table]]] = {
    OBJECTIVES: _objectives, ACTIONS: _initiatives, RISKS: _risks, TEAM: _team,
}  # fmt: skip


ROUTES = [show, first_missing, write]
