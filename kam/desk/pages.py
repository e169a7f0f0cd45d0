"""The desk: what needs this person today, each thing with the one action that settles it, in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.desk import queries
from kam.desk.possible import last_working_day_ended
from kam.desk.queries import ACTION, ALSO, APPROVAL, DEADLINE, FOLLOW_UP, OVERDUE, RETURNED, STEP, Item
from kam.facts.catalogue import current as facts
from kam.interactions.following_up import complete as complete_follow_up
from kam.language import N_, Titles
from kam.people.viewer import Viewer
from kam.plans import approvals, discussion
from kam.plans.completing import complete as complete_action
from kam.plans.deciders import undecided
from kam.plans.sections import section
from kam.warnings import queries as warnings
from kam.warnings import showing
from kam.warnings.queries import RAISED
from kam.web.current import current as asked
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.refusals import TAKES_STEPS, astray
from kam.web.waiting import counts
from kam.workflow.definition import called
from kam.workflow.options import Option
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]
NEWEST_WARNINGS = 6
FIRST = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of thing to do, with the words of its heading."""

    kind: str
    title: str
    icon: str
    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Group:
    """One step with the first customers for which it is possible, and how many more of those on the desk there are."""

    item: Item
    first: tuple[Item, ...]
    more: int

    @property
    def customers(self) -> int:
        return len(self.first) + self.more


BLOCKS = (
    (RETURNED, N_("Sent back to you"), "undo-2"),
    (OVERDUE, N_("Overdue"), "clock-alert"),
    (FOLLOW_UP, N_("Follow up"), "phone-outgoing"),
    (ACTION, N_("Your actions in plans"), "list-checks"),
    (DEADLINE, N_("Deadlines"), "alarm-clock"),
)
# icon="undo-2" icon="phone-outgoing" icon="list-checks" icon="alarm-clock" icon="clock-alert"


@counts("desk")
async def waiting(viewer: Viewer) -> int:
    return await queries.owed(viewer, now=now()) + _first_total(await discussion.waiting_on(viewer, limit=1))


@get("/", opt=TAKES_STEPS)
async def show(request: Asked) -> Response[Any]:
    viewer, moment = request.user, now()
    items = await queries.waiting(viewer, current().definitions.values(), now=moment)
    decisions = []
    if _of(items, APPROVAL):
        decisions = await approvals.waiting_on(viewer, now=moment, limit=queries.PER_KIND)
    comments = await discussion.waiting_on(viewer, limit=queries.PER_KIND)
    warned, new = await _warned(viewer, moment), _of(items, STEP)
    offered = [*showing.steps(warned), *((item.id, item.title) for item in new)]
    offered += [step for one in decisions for step in one.steps]
    return page(
        request, "desk/index.html", blocks=_blocks(items), now=moment, decisions=decisions, warned=warned,
        approvals=_total(items, APPROVAL), steps=new, steps_total=_total(items, STEP), day=_last_day(moment),
        also=grouped(_of(items, ALSO)), also_total=_total(items, ALSO), option=_option, at_once=_at_once,
        comments=comments, comments_total=_first_total(comments), section=section,
        titles=_titles, link=_link, astray=astray(offered), customers=await queries.any_customer(viewer),
        undecided=await undecided(viewer),
        **await _numbers(viewer),
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


def grouped(items: Sequence[Item]) -> list[Group]:
    """Each step once, in the order in which it first comes."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.workflow, item.title), []).append(item)
    return [Group(group[0], tuple(group[:FIRST]), max(0, len(group) - FIRST)) for group in groups.values()]


async def _warned(viewer: Viewer, moment: datetime) -> list[showing.Shown]:
    """The newest warnings: a manager's are those of the teams, others' those on their own customers."""
    found = await warnings.warned(
        viewer, RAISED, limit=NEWEST_WARNINGS, mine=not queries.manages(viewer), newest=True, now=moment
    )
    return await showing.shown(found, viewer, asked().language, now=moment)


async def _numbers(viewer: Viewer) -> dict[str, Any]:
    """What a manager's customers amount to."""
    if not queries.manages(viewer):
        return {"numbers": None}
    currencies = facts().currencies
    numbers = await queries.team_numbers(viewer, currencies.per_base("customer.currency"))
    return {"numbers": numbers, "currency": currencies.base}


def _last_day(moment: datetime) -> date:
    return (last_working_day_ended(moment) - timedelta(days=1)).date()


def _of(items: Sequence[Item], kind: str) -> list[Item]:
    return [item for item in items if item.kind == kind]


def _total(items: Sequence[Item], kind: str) -> int:
    return next((item.total for item in items if item.kind == kind), 0)


def _first_total(rows: Sequence[Mapping[str, Any]]) -> int:
    return rows[0]["total"] if rows else 0


def _blocks(items: Sequence[Item]) -> list[Block]:
    return [
        Block(kind, title, icon, tuple(_of(items, kind)), _total(items, kind))
        for kind, title, icon in BLOCKS
        if _of(items, kind)
    ]


def _titles(item: Item) -> Titles:
    """The words of a workflow's step or deadline; other things carry their own."""
    definition = current().known_or_absent(item.workflow)
    if item.kind == DEADLINE:
        known = definition.deadline(item.title)
        return known.title if known else called(item.title)
    return definition.step_title(item.title)


def _option(item: Item) -> Option:
    """The step of a customer as a form takes it; its conditions are met, or it would not be here."""
    definition = current().definition(item.workflow)
    step = definition.transitions[item.title]
    return Option(
        instance=item.id, transition=step.name, title=step.title, description=step.description, to=step.target,
        to_title=definition.states[step.target].title, blockers=(), comment=step.comment, fields=step.fields,
        revision=item.revision,
    )  # fmt: skip


def _at_once(option: Option) -> bool:
    """A step that asks for nothing is one click."""
    return not option.needs_comment and not option.fields


def _link(item: Item) -> str:
    if not item.workflow:
        return {
            ACTION: f"/plans/{item.subject}", RETURNED: f"/plans/{item.subject}",
        }.get(item.kind, f"/customers/{item.customer}")  # fmt: skip
    return current().place(item.workflow, item.subject, item.customer)


ROUTES = [show, follow_up, action]
