"""From the folder of definition files to workflows in force; nothing is loaded unless everything is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kam.database.engine import DB
from kam.language import Titles
from kam.workflow.checking import check
from kam.workflow.deciding import Rules
from kam.workflow.definition import Definition
from kam.workflow.faults import Fault, Faults
from kam.workflow.machine import compiled
from kam.workflow.parsing import Parsed, parse, substance
from kam.workflow.registry import Workflows
from kam.workflow.sentences import Wording
from kam.workflow.vocabulary import Vocabulary

# Files of the folder that belong to other parts of the application.
NOT_WORKFLOWS = frozenset({"priority.toml", "segments.toml", "currencies.toml", "keeping.toml", "guards.toml"})

# Which workflow's states give a unit its names; levels count from 0 in the order of the file.
_STAGES, _LEVELS = "relationship", "early_warning"


def load(folder: Path, vocabulary: Vocabulary) -> Workflows:
    """Reads and checks every definition. Raises `Faults` with all that is wrong in any file."""
    files = [file for file in sorted(folder.glob("*.toml")) if file.name not in NOT_WORKFLOWS]
    if not files:
        raise Faults([Fault(str(folder), 1, "There are no workflow files", "put definition files into this folder")])
    return assemble(((file.name, file.read_text("utf-8")) for file in files), vocabulary)


def assemble(texts: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> Workflows:
    """Workflows from pairs of file name and text."""
    parsed = [parse(file, text) for file, text in texts]
    definitions = {one.definition.name: one.definition for one in parsed if one.definition}
    naming = _naming(definitions)
    for one in parsed:
        if one.definition:
            check(one.definition, one.source, vocabulary, naming)
    _raise_faults(parsed)
    rules = {
        name: Rules(vocabulary, Wording(vocabulary.facts[definition.subject], naming))
        for name, definition in definitions.items()
    }
    machines = {name: compiled(definitions[name], rules[name].blockers) for name in definitions}
    return Workflows(definitions, machines, rules, vocabulary, naming)


async def remember(workflows: Workflows, *, now: datetime) -> None:
    """Keeps the text of each definition under its hash, so that the history can always be read with its own rules."""
    for definition in workflows.definitions.values():
        await DB.execute(
            """
            INSERT INTO workflow_definition (hash, workflow, number, source, loaded_at)
            SELECT $1::varchar, $2::varchar, coalesce(max(number), 0) + 1, $3, $4 FROM workflow_definition
            WHERE workflow = $2 HAVING NOT EXISTS (SELECT FROM workflow_definition WHERE hash = $1)
            ON CONFLICT (hash) DO NOTHING
            """,
            definition.hash,
            definition.name,
            definition.source,
            now,
        )


async def with_kept_hashes(workflows: Workflows) -> Workflows:
    """The same where only words, colours, icons or comments of a file differ from its newest kept version: then it is
    that version, and goes on under its hash."""
    rows = await DB.fetch(
        "SELECT DISTINCT ON (workflow) workflow, hash, source FROM workflow_definition ORDER BY workflow, number DESC"
    )
    same = {
        definition.name: replace(definition, hash=row["hash"])
        for row in rows
        if (definition := workflows.definitions.get(row["workflow"]))
        and definition.hash != row["hash"]
        and substance(definition.source) == substance(row["source"])
    }
    return replace(workflows, definitions={**workflows.definitions, **same}) if same else workflows


def _naming(definitions: Mapping[str, Definition]) -> dict[str, dict[object, Titles]]:
    naming: dict[str, dict[object, Titles]] = {}
    if _STAGES in definitions:
        naming["stage"] = {name: state.title for name, state in definitions[_STAGES].states.items()}
    if _LEVELS in definitions:
        naming["level"] = {level: state.title for level, state in enumerate(definitions[_LEVELS].states.values())}
    return naming


def _raise_faults(parsed: list[Parsed]) -> None:
    faults = [fault for one in parsed for fault in one.source.faults]
    if faults:
        raise Faults(faults)
