"""What must hold for a record to be written, from `workflows/guards.toml`: read, checked, and in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kam.language import Titles
from kam.records.kind import Kind
from kam.workflow.against import Against
from kam.workflow.checking_conditions import check_condition
from kam.workflow.conditions import Condition
from kam.workflow.definition import MEANINGS
from kam.workflow.faults import Fault, Faults
from kam.workflow.parsing import table_of
from kam.workflow.reading import Reader, Source
from kam.workflow.registry import Workflows

FILE = "guards.toml"


@dataclass(frozen=True, slots=True)
class Guard:
    """Binds a new or restored record of `kind` whose state means one of `meanings` (any where none is named), and one
    of which a field named in `fields` changes. Who has one of `roles` may go beyond it, and says why."""

    name: str
    title: Titles
    kind: str
    condition: Condition
    meanings: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


_in_force: dict[str, tuple[Guard, ...]] = {}


def of_kind(kind: Kind) -> tuple[Guard, ...]:
    return _in_force.get(kind.name, ())


def called(name: str) -> Guard | None:
    return next((guard for guards in _in_force.values() for guard in guards if guard.name == name), None)


def put_in_force(guards: Iterable[Guard]) -> None:
    guards = list(guards)
    _in_force.clear()
    for guard in guards:
        _in_force[guard.kind] = (*_in_force.get(guard.kind, ()), guard)


def load(folder: Path, kinds: Iterable[Kind], workflows: Workflows) -> tuple[Guard, ...]:
    """Raises `Faults` with every mistake, its line and what to write instead."""
    return parse(_text(folder), {kind.name: kind for kind in kinds}, workflows)


def parse(text: str, kinds: Mapping[str, Kind], workflows: Workflows) -> tuple[Guard, ...]:
    source = Source(FILE, text)
    table = table_of(source)
    if table is None:
        raise Faults(source.faults)
    reader = Reader(source, (), table)
    guards = tuple(filter(None, (_guard(name, one, kinds, workflows) for name, one in reader.named("guards").items())))
    reader.done()
    if source.faults:
        raise Faults(source.faults)
    return guards


def _text(folder: Path) -> str:
    """Without the file nothing is guarded."""
    try:
        return (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as fault:
        remedy = "put it into the folder of the workflow files again, as text in UTF-8"
        raise Faults([Fault(FILE, 1, f"The file cannot be read: {fault}", remedy)]) from fault


def _guard(name: str, reader: Reader, kinds: Mapping[str, Kind], workflows: Workflows) -> Guard | None:
    titles, of = reader.titles(), reader.text("kind")
    condition = reader.condition("guard")
    if condition is None:
        reader.fault("`guard` is missing", 'add guard = { fact = "…", … }')
    meanings, fields, roles = reader.names("meanings"), reader.names("fields"), reader.names("roles")
    reader.done()
    kind = kinds.get(of)
    if of and kind is None:
        reader.fault(f"There is no kind of record `{of}`", f"use one of {', '.join(sorted(kinds))}", "kind")
    if kind is None or condition is None:
        return None
    _check(reader, kind, workflows, condition, meanings, fields, roles)
    return Guard(name, titles, of, condition, frozenset(meanings), frozenset(fields), frozenset(roles))


def _check(
    reader: Reader,
    kind: Kind,
    workflows: Workflows,
    condition: Condition,
    meanings: tuple[str, ...],
    fields: tuple[str, ...],
    roles: tuple[str, ...],
) -> None:
    vocabulary = workflows.vocabulary
    against = Against(reader.source, vocabulary, workflows.naming, kind.name)
    check_condition(against, (*reader.place, "guard"), condition)
    known = MEANINGS if kind.workflow else ()
    against.known((*reader.place, "meanings"), "meaning", meanings, known)
    against.known((*reader.place, "fields"), "field", fields, [*kind.by_name, *(part.name for part in kind.parts)])
    against.known((*reader.place, "roles"), "role", roles, vocabulary.roles.keys() - vocabulary.onlookers)
