"""Choosing a colleague in a form: from a list while there are few of them, by typing when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, get

from kam.database.searching import matches
from kam.language import N_
from kam.people.queries import people_choices
from kam.people.viewer import Viewer
from kam.web.choices import FEW, ChoiceOf, ids_of
from kam.web.forms import Form

PERSON = ChoiceOf(
    "person", key="person.email", shown="person.name || ' · ' || person.email", names=("person.name",),
    search=lambda params, text: matches(params, text, "person.name", "person.email"), detail="person.job",
    scope=lambda viewer, params: "TRUE", offered="person.active",
    nobody=N_("There is no colleague of this name. Type the name or the e-mail address."),
    several=N_("Several colleagues are called so. Type the e-mail address, or choose one of those proposed."),
)  # fmt: skip


async def offered(
    form: Form, viewer: Viewer, *fields: str, people: Sequence[tuple[str, str]] | None = None
) -> Sequence[tuple[str, str]]:
    """The people of a select; empty when there are many, whose names then stand in the fields for `person` to show.

    `people` are those who may be chosen, if not all. Who was chosen before is among them, also after having left:
    saving a form must not take away an owner unseen.
    """
    people = await people_choices(viewer) if people is None else people
    if len(people) > FEW:
        await PERSON.write(form, viewer, *fields)
        return ()
    known = {id for id, _name in people}
    missing = [text for field in fields for text in form.chosen(field) if text not in known]
    return [*people, *(await PERSON.shown_for(missing, viewer)).items()] if ids_of(missing) else people


async def settled(form: Form, viewer: Viewer, *fields: str, among: ChoiceOf = PERSON) -> Form:
    """Puts the id in the place of a name that was typed; what means nobody stays as it is, with a fault."""
    for field in fields:
        text = form.text(field)
        if text and not ids_of([text]):
            found = await among.meant(form, field, text, viewer)
            form.values[field] = [str(found)] if found else form.values[field]
    return form


@get("/people/choices")
async def proposed(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return await PERSON.respond(request)


ROUTES = [proposed]
