"""Reading and writing one section; saved as one types by a script, or with the Save button without it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.plans import measuring, queries, writing
from kam.plans.pages.frame import frame
from kam.plans.pages.owners import offered_owners
from kam.plans.printing import matrix
from kam.plans.sections import ACTIONS, ALL, OBJECTIVES, RISKS, SWOT, TEAM, Section, missing, section, shown_together
from kam.plans.weighing_risks import IMPACTS, LIKELIHOODS, WEIGHTS, weight
from kam.plans.writing import Overtaken
from kam.relationships.positions import POSITIONS
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.formats import moment
from kam.web.forms import Form
from kam.web.page import page, redirect, render
from kam.web.zones import local, today

Asked = Request[Any, Any, Any]


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
            plan, key, form.value("text"), by=request.user, now=now(), revision=form.integer("revision") or 0
        )
    except Overtaken as overtaken:
        return await _overtaken(request, plan, key, form.value("text"), overtaken)
    except Invalid as invalid:
        if wants_json(request):
            raise
        return await shown(request, plan, key, typed={key: form.value("text")}, form=form.refused(invalid), status=422)
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
    said: Form | None = None,
) -> Response[Any]:  # fmt: skip
    """The section's page; `typed` is text that was not saved, `form` an entry that was refused and is `opened`,
    `said` a comment that was refused."""
    together = shown_together(key)
    around = await frame(request, plan, together[0].key)
    keys, form = [one.key for one in together], form or Form.of()
    return page(
        request, "plans/section.html", status=status, section=section(key), sections=together, typed=typed or {},
        theirs=theirs or {}, form=form, opened=opened, neighbours=_neighbours(together[0]),
        talk=[one for one in around["comments"] if one.section in keys], said=said or Form.of({"section": key}),
        **around, **await _table(around["plan"], section(key), form, request.user),
    )  # fmt: skip


def _neighbours(shown: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after, the SWOT counting as one."""
    pages = [one for one in ALL if one.kind != SWOT or one.key == "strengths"]
    at = pages.index(shown)
    return (pages[at - 1] if at else None, pages[at + 1] if at + 1 < len(pages) else None)


async def _table(plan: queries.Row, shown: Section, form: Form, viewer: Viewer) -> dict[str, Any]:
    """What stands in the section beside its text."""
    if shown.kind == OBJECTIVES:
        return await _objectives(plan)
    if shown.kind == ACTIONS:
        initiatives = await queries.initiatives(plan["id"])
        actions = [action for initiative in initiatives for action in initiative["actions"]]
        return {
            "initiatives": initiatives,
            "objective_choices": [(str(one["id"]), one["title"]) for one in await queries.objectives(plan["id"])],
            "today": today(),
            **await offered_owners(plan, form, viewer, actions),
        }
    if shown.kind == RISKS:
        risks = [{**one, "level": weight(one["likelihood"], one["impact"])} for one in await queries.risks(plan["id"])]
        return {
            "risks": risks, "matrix": matrix(risks), "likelihoods": LIKELIHOODS, "impacts": IMPACTS,
            "weights": WEIGHTS, **await offered_owners(plan, form, viewer, risks),
        }  # fmt: skip
    if shown.kind == TEAM:
        return {"team": await queries.team(plan["customer"]), "positions": POSITIONS}
    return {}


async def _objectives(plan: queries.Row) -> dict[str, Any]:
    known = measuring.measures()
    facts = await measuring.values(plan["customer"], as_of=now().date())
    measured = [
        measuring.measure(one, facts, known, start=plan["period_start"], as_of=now().date())
        for one in await queries.objectives(plan["id"])
    ]
    language = current().language
    choices = sorted(((name, gettext(language, fact.title)) for name, fact in known.items()), key=lambda one: one[1])
    return {"measured": measured, "fact_choices": choices}


ROUTES = [show, first_missing, write]
