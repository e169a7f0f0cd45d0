"""What a step changes in the record that it moves, beside its state: for the effects of the steps of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.records import judging, rows
from kam.records.catalogue import kind_of
from kam.records.kind import Kind
from kam.records.recording import plain
from kam.workflow.history import Step
from kam.workflow.registry import current


def kind_moved(step: Step) -> Kind:
    return kind_of(current().definition(step.workflow).subject)


async def moved(step: Step) -> dict[str, Any]:
    """The columns of the record that the step moves, held until the transaction ends. Its workflows are held already,
    so nobody else is changing it."""
    table: Any = kind_moved(step).table
    found: dict[str, Any] = await (
        table.select(*table._meta.columns).where(table.id == step.subject).first()
        .lock_rows(lock_strength="NO KEY UPDATE", of=(table,))
    )  # fmt: skip
    return found


async def set_with(step: Step, before: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sets what differs from the held record; gives it for the fields of the step, so that the history has it. The
    revision is left to the step, which counts on it. Raises Invalid."""
    kind = kind_moved(step)
    known = {name: judging.tidy(kind.by_name[name], value) for name, value in values.items()}
    new = {name: value for name, value in known.items() if before[name] != value}
    judging.check(kind, new, whole={**before, **new})
    if not new:
        return {}
    table: Any = kind.table
    await table.update({getattr(table, name): value for name, value in new.items()}).where(table.id == step.subject)
    await rows.keep(kind, [step.subject])
    return {name: plain(value) for name, value in new.items()}
