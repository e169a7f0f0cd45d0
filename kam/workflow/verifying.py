"""Whether workflows went as the files say that were in force: each step and each beginning against the file that it
names. So a step is found that nobody could have taken, though whoever wrote it let the database hash and chain it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from kam.database.engine import DB
from kam.workflow.definition import RENAMED, Definition
from kam.workflow.parsing import parse
from kam.workflow.registry import current

# Each way that was gone, once, with its first example: there are few of them, however many steps.
_WAYS = """
SELECT i.workflow, s.definition, s.transition, s.from_state, s.to_state, s."by" IS NULL AS by_system,
       count(*) AS times, min(s.entry) AS first
FROM workflow_step s JOIN workflow_instance i ON i.id = s.instance GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY first
"""
_STEP = """
SELECT format('Step %s of the workflow instance %s', number, instance) FROM workflow_step WHERE entry = $1 LIMIT 1
"""
# What began before beginnings were kept does not say by which file.
_BEGINNINGS = """
SELECT workflow, begun_under AS definition, begun_in, count(*) AS times, min(entry) AS first
FROM workflow_instance WHERE begun_under <> '' GROUP BY 1, 2, 3 ORDER BY first
"""
_BEGINNING = "SELECT id FROM workflow_instance WHERE entry = $1 LIMIT 1"


@dataclass(frozen=True, slots=True)
class Files:
    """The workflow files that were in force, by their hash; those that cannot be read are `unread`."""

    kept: dict[str, Definition]
    unread: list[tuple[str, str]]

    def of(self, row: Any) -> Definition | None:
        found = self.kept.get(row["definition"])
        return found if found and found.name == row["workflow"] else None


async def faults() -> AsyncIterator[str]:
    files = await _files()
    for workflow, hash in files.unread:
        yield f"What is kept under {hash[:12]} as a file of the workflow “{workflow}” is none."
    for row in await DB.fetch(_BEGINNINGS):
        begun = files.of(row)
        if begun is None or row["begun_in"] not in begun.states:
            instance = await DB.fetchval(_BEGINNING, row["first"])
            yield f"The workflow instance {instance}{_others(row)} began as no file says that was in force."
    for row in await DB.fetch(_WAYS):
        definition = files.of(row)
        if definition is None or not any(_allow(definition, row)):
            step = f"{await DB.fetchval(_STEP, row['first'])}{_others(row)}"
            yield f"{step}, “{row['transition']}”, is in no file that was in force."


async def _files() -> Files:
    """Those in force now belong to them even where no start has kept them yet."""
    files = Files({one.hash: one for one in current().definitions.values()}, [])
    for row in await DB.fetch("SELECT workflow, hash, source FROM workflow_definition ORDER BY workflow, number"):
        found = files.kept.get(row["hash"]) or parse(row["workflow"], row["source"]).definition
        if found is None or found.name != row["workflow"]:
            files.unread.append((row["workflow"], row["hash"]))
        else:
            files.kept[row["hash"]] = found
    return files


def _allow(definition: Definition, row: Any) -> Iterator[bool]:
    source, target, name = row["from_state"], row["to_state"], row["transition"]
    step = definition.transitions.get(name)
    yield step is not None and source in step.sources and target == step.target
    become = definition.states.get(target)
    yield name == RENAMED and row["by_system"] and become is not None and source in become.renamed_from


def _others(row: Any) -> str:
    return f" and {row['times'] - 1:,} more" if row["times"] > 1 else ""
