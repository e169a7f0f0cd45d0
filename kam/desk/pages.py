"""The desk: what needs this person today, each thing with the one action that settles it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.desk import queries
from kam.desk.queries import ACTION, APPROVAL, CASE, DEADLINE, FOLLOW_UP, STEP, Item
from kam.facts.catalogue import current as facts
from kam.interactions.following_up import complete as complete_follow_up
from kam.language import N_, Titles
from kam.people.viewer import Viewer
from kam.plans import approvals
from kam.plans.completing import complete as complete_action
from kam.warnings import queries as warnings
from kam.warnings.explaining import reason
from kam.warnings.queries import NORMAL, WORKFLOW
from kam.web.current import current as asked
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.waiting import counts
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]
NEWEST_WARNINGS = 6


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of thing to do, with the words of its heading."""

    kind: str
    title: str
    icon: str
    items: tuple[Item, ...]
    total: int


BLOCKS = (
    (APPROVAL, N_("Waiting for your approval"), "stamp"),
    (CASE, N_("Your overdue cases"), "life-buoy"),
    (FOLLOW_UP, N_("Follow up"), "phone-outgoing"),
    (ACTION, N_("Your actions in plans"), "list-checks"),
    (STEP, N_("Steps now possible"), "circle-arrow-right"),
    (DEADLINE, N_("Deadlines"), "alarm-clock"),
)
# icon="phone-outgoing" icon="list-checks" icon="circle-arrow-right" icon="alarm-clock" icon="life-buoy" icon="stamp"


@counts("desk")
async def waiting(viewer: Viewer) -> int:
    return await queries.owed(viewer, current().definitions.values(), now=now())


@get("/")
async def show(request: Asked) -> Response[Any]:
    viewer, workflows, moment = request.user, current(), now()
    items = await queries.waiting(viewer, workflows.definitions.values(), now=moment)
    levels = [state for state in reversed(tuple(workflows.definition(WORKFLOW).states)) if state != NORMAL]
    manages = queries.manages(viewer)
    warned = await warnings.warned(viewer, levels, limit=NEWEST_WARNINGS, mine=not manages, newest=True, now=moment)
    numbers, decisions = None, []
    if any(item.kind == APPROVAL for item in items):
        decisions = [one for one in await approvals.waiting(viewer, now=moment) if one.mine][: queries.PER_KIND]
    if manages:
        numbers = await queries.team_numbers(viewer, facts().currencies.per_base("customer.currency"))
    return page(
        request, "desk/index.html", blocks=_blocks(items), now=moment, numbers=numbers,
        decisions=decisions,
        currency=facts().currencies.base, titles=_titles, link=_link, at_once=_at_once, grouped=grouped,
        warned=[(one, reason(workflows, one, asked().language)) for one in warned],
    )  # fmt: skip


@post("/desk/follow-ups/{interaction:uuid}/completion")
async def follow_up(request: Asked, interaction: UUID) -> Response[Any]:
    await complete_follow_up(interaction, by=request.user, now=now())
    return redirect("/", flash=("success", N_("Done: the follow-up is ticked off.")))


@post("/desk/actions/{action:uuid}/completion")
async def action(request: Asked, action: UUID) -> Response[Any]:
    form = await Form.read(request)
    plan = form.uuid("plan", required=True)
    form.valid()
    assert plan is not None
    await complete_action(plan, action, by=request.user, now=now())
    return redirect("/", flash=("success", N_("Done: the action is ticked off.")))


FIRST = 3


def grouped(items: Sequence[Item]) -> list[tuple[Item, tuple[Item, ...], int]]:
    """Each step once, with the first customers it is possible for and how many more of those shown there are."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.workflow, item.title), []).append(item)
    return [(group[0], tuple(group[:FIRST]), len(group) - FIRST) for group in groups.values()]


def _blocks(items: Sequence[Item]) -> list[Block]:
    found = []
    for kind, title, icon in BLOCKS:
        mine = tuple(item for item in items if item.kind == kind)
        if mine:
            found.append(Block(kind, title, icon, mine, mine[0].total))
    return found


def _titles(item: Item) -> Titles:
    """The words of a workflow's step or deadline; other things carry their own."""
    definition = current().definition(item.workflow)
    if item.kind == DEADLINE:
        known = definition.deadline(item.title)
        return known.title if known else {"en": item.title}
    return definition.transitions[item.title].title


def _at_once(item: Item) -> bool:
    """A step of the relationship that asks for nothing can be taken from here."""
    step = current().definition(item.workflow).transitions[item.title]
    return item.workflow == "relationship" and step.comment != "required" and not step.fields


def _link(item: Item) -> str:
    if not item.workflow:
        return {CASE: f"/cases/{item.id}", ACTION: f"/plans/{item.subject}"}.get(
            item.kind, f"/customers/{item.customer}"
        )
    return current().link(current().definition(item.workflow).subject, item.subject)


ROUTES = [show, follow_up, action]
