"""What somebody had written into a plan that was submitted meanwhile: shown once more, so that no word is lost."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kam.language import gettext
from kam.plans import measuring, queries
from kam.plans.fields import TITLES
from kam.web.current import current
from kam.web.forms import Form


@dataclass(frozen=True, slots=True)
class Unsaved:
    """`message` says why; `entries` are titles of fields and what was written there."""

    message: str
    entries: tuple[tuple[str, str], ...] = ()


async def entered(kind: str, form: Form, message: str) -> Unsaved:
    """Of an entry of one of the tables: what was typed and chosen, without keys that mean nothing to a reader."""
    known = {name.removeprefix(f"{kind}_"): title for name, title in TITLES.items() if name.startswith(f"{kind}_")}
    written = [(title, await _said(name, form.value(name).strip())) for name, title in known.items()]
    return Unsaved(message, tuple(one for one in written if one[1]))


async def _said(name: str, value: str) -> str:
    if name == "fact" and value in measuring.measures():
        return gettext(current().language, measuring.measures()[value].title)
    try:
        people = await queries.names([UUID(value)]) if name == "owner" else {}
    except ValueError:
        return value
    return next(iter(people.values()), value)
