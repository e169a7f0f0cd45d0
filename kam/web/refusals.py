"""A step that was refused is shown on the page it was tried on, where the step stands, with what was typed.

All steps of customers have one address, but are taken from several pages. A page that takes steps says so,
`@get("/warnings", opt=TAKES_STEPS)`, and is drawn again as part of the answer: so the status stays honest, nothing that
was typed travels through a cookie, and the page shows what is true now. It finds the refusal in `current().refusal`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from litestar import Request, Response
from litestar.exceptions import HTTPException

from kam.errors import Invalid, NotFound, Refused, Stale
from kam.language import Titles, gettext
from kam.web.addresses import local_path
from kam.web.current import CURRENT, current
from kam.web.forms import Form
from kam.workflow.blockers import Blocker

Asked = Request[Any, Any, Any]
TAKES_STEPS = {"takes_steps": True}
REFUSALS = (Invalid, Refused, Stale)
_TYPED = frozenset({"comment", "field"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A try of one step. `blockers` are what the rules say against it, `message` what else there is to say; `changed`
    leads to what has changed meanwhile."""

    instance: UUID
    transition: str
    title: Titles
    name: str
    link: str
    blockers: tuple[Blocker, ...]
    message: str
    form: Form
    status: int
    changed: str = ""

    def of(self, instance: UUID, transition: str) -> bool:
        return (self.instance, self.transition) == (instance, transition)

    @property
    def comment(self) -> str:
        return self.form.value("comment")

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with what was typed, by the name of the field it stands at."""
        return {
            str(blocker.params.get("name", blocker.code)): blocker.text(current().language)
            for blocker in self.blockers
            if blocker.code in _TYPED
        }

    @property
    def others(self) -> tuple[Blocker, ...]:
        """What stands in the way besides."""
        return tuple(blocker for blocker in self.blockers if blocker.code not in _TYPED)


def refusal(error: Exception, form: Form, *, instance: UUID, title: Titles, name: str, link: str) -> Refusal:
    """What a refused try is shown by; `name` and `link` are of the record that the step was to move."""
    message = "" if isinstance(error, Refused) else gettext(current().language, str(error))
    return Refusal(
        instance=instance, transition=form.value("transition"), title=title, name=name, link=link, form=form,
        blockers=error.blockers if isinstance(error, Refused) else (), message=message,
        status=422 if isinstance(error, Invalid) else 409, changed=error.link if isinstance(error, Stale) else "",
    )  # fmt: skip


async def drawn_again(request: Asked, refused: Refusal) -> Response[Any]:
    """The page that the form names as `next`, or else that of the record, with the refusal on it."""
    asked_for = local_path(refused.form.value("next"), refused.link)
    answer = await _drawn(request, asked_for, refused) or await _drawn(request, refused.link, refused)
    if answer is None:
        raise LookupError(f"The page at {refused.link} does not say that steps are taken there.")
    answer.status_code = refused.status
    return answer


async def _drawn(request: Asked, address: str, refused: Refusal) -> Response[Any] | None:
    """None if there is no such page, it is not the viewer's to see, or no steps are taken there."""
    path, _, query = address.partition("?")
    try:
        _, page, _, params, _ = request.app.asgi_router.handle_routing(path=_plain(path), method="GET")
        if not page.opt.get("takes_steps"):
            return None
        CURRENT.set(replace(current(), path=_plain(path), query=query, refusal=refused))
        answer: Response[Any] = await page.fn(request=_asking(request, path, query), **params)
    except (HTTPException, NotFound):
        return None
    return answer


def _asking(request: Asked, path: str, query: str) -> Asked:
    """The request as if it had asked for the page; what was read of the form's own address is forgotten."""
    scope = {**request.scope, "method": "GET", "path": _plain(path), "raw_path": path.encode(), "state": {},
             "query_string": query.encode()}  # fmt: skip
    return Request(scope)  # type: ignore[arg-type]


def _plain(path: str) -> str:
    return "/" + unquote(path).strip("/")


def astray(places: Iterable[tuple[UUID, str]]) -> Refusal | None:
    """The refusal of this request if it is of none of the steps (instance, transition) that the page shows."""
    found = current().refusal
    return None if found is None or any(found.of(*place) for place in places) else found
