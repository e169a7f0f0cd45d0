"""What a file says of where records stand that are there already: each goes on by a step of its workflow, or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kam.database.engine import DB
from kam.errors import Invalid, Refused, Stale
from kam.facts.storing import postponed
from kam.importing.oddities import of_field, saying
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.language import N_, Filled, title
from kam.records.kind import Kind
from kam.workflow.advancing import advance
from kam.workflow.definition import Definition, Transition
from kam.workflow.instances import instance_of, look_at
from kam.workflow.registry import current

STATE = N_("State")
NO_WAY = N_("No step leads from “%(old)s” to “%(new)s”.")

_MOVED = """
SELECT * FROM import_row i WHERE known IS NOT NULL AND state IS NOT NULL AND state <> stood ORDER BY line
"""
_GONE = """
WITH gone AS (DELETE FROM import_row WHERE line = $1) INSERT INTO import_finding VALUES ($1, $2, $3)
"""

Row = Mapping[str, Any]


async def step_rows(stage: Stage, kind: Kind, said: Callable[[Row], Mapping[str, Any]], settings: Settings) -> int:
    """Takes the rows of `import_row i` that stand elsewhere there; `said` gives the fields of a step. Answers how many
    of them have no other change. What cannot be done is left out with the reason."""
    definition, alone = current().definition(kind.workflow), 0
    for row in await stage.connection.fetch(_MOVED):
        try:
            with postponed():
                async with DB.attempt():
                    await _step(definition, row, said(row), settings)
        except (Refused, Invalid, Stale) as refused:
            detail = saying(_sentence(refused, settings.by.language), "")
            await stage.run(_GONE, row["line"], of_field(STATE), detail)
        else:
            await stage.run("INSERT INTO import_touched VALUES ($1)", row["customer"])
            alone += row["changes"] == "{}"
    return alone


async def _step(definition: Definition, row: Row, said: Mapping[str, Any], settings: Settings) -> None:
    held = await look_at((await instance_of(definition.name, row["known"])).id, None)
    step = _leading(definition, row["stood"], row["state"], settings.by.language)
    await advance(held, step.name, by=settings.by, now=settings.now, fields=said, revision=held.revision)


def _leading(definition: Definition, old: str, new: str, language: str) -> Transition:
    """Raises Invalid."""
    for step in definition.leaving(definition.state(old).name):
        if step.target == new and step.for_people:
            return step
    names = {"old": title(definition.state(old).title, language), "new": title(definition.state(new).title, language)}
    raise Invalid({"state": Filled(NO_WAY, **names)})


def _sentence(refused: Refused | Invalid | Stale, language: str) -> str:
    if isinstance(refused, Refused):
        return " ".join(blocker.text(language) for blocker in refused.blockers)
    return next(iter(refused.fields.values())) if isinstance(refused, Invalid) else str(refused)
