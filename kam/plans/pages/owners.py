"""Whom an action or a risk is given to: chosen from a list while there are few, by typing when there are many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, get

from kam.language import N_
from kam.people.pages.choosing import PERSON, offered, settled
from kam.people.viewer import Viewer
from kam.plans import queries
from kam.plans.queries import Row
from kam.web.choices import ChoiceOf
from kam.web.forms import Form

Asked = Request[Any, Any, Any]


def among(plan: Row) -> ChoiceOf:
    """Only those who see the plan's customer."""
    return replace(
        PERSON,
        scope=lambda _viewer, params: queries.one_of_us(plan, params),
        nobody=N_("Choose somebody of the account team or of the customer's team."),
    )


async def read_owner(form: Form, plan: UUID, viewer: Viewer) -> UUID | None:
    await settled(form, viewer, "owner", among=among(await queries.find(viewer, plan)))
    return None if form.error("owner") else form.uuid("owner")


async def offered_owners(plan: Row, form: Form, viewer: Viewer, rows: Iterable[Row]) -> dict[str, Any]:
    """`people` of the selects, or none when there are many: then `owners` says what stands in the fields of `rows`."""
    people = [(str(person["id"]), person["name"]) for person in await queries.people_for(plan)]
    before = Form.of(owner=[row["owner"] for row in rows if row["owner"]])
    ids = before.chosen("owner")
    choices = await offered(before, viewer, "owner", people=people)
    await offered(form, viewer, "owner", people=people)
    return {"people": choices, "owners": dict(zip(ids, before.chosen("owner"), strict=True))}


@get("/plans/{plan:uuid}/people/choices")
async def proposed(request: Asked, plan: UUID) -> dict[str, Any]:
    return await among(await queries.find(request.user, plan)).respond(request)


ROUTES = [proposed]
