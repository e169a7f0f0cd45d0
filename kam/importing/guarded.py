"""What guards say of records that begin as a set: those they refuse are left out, history is let in with a remark."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from kam.database.engine import DB
from kam.importing.oddities import of_guard, of_past, reasoning
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.records import guarding
from kam.records.guards import of_kind
from kam.records.kind import Kind


class Guarded(Exception):
    """Records were written that guards refuse, so the attempt is taken back."""

    def __init__(self, against: guarding.Against) -> None:
        super().__init__()
        self.against = against

    def findings(self, record: UUID, line: int) -> list[tuple[int, str, str]]:
        """What the report says of a record on its line; nothing if no guard refuses it."""
        guards = self.against.get(record, {})
        return [(line, of_guard(name), reasoning(blockers)) for name, blockers in guards.items()]


async def begin_guarded(
    stage: Stage, kind: Kind, new: str, begin: Callable[[], Awaitable[int]], settings: Settings, *, rows: str
) -> int:
    """How many began. `new` is SQL of the ids, lines and names (`id`, `line`, `called`) of those to begin, `rows` what
    they are taken out of. Without a guard of the kind nothing is asked."""
    if not of_kind(kind):
        return await begin()
    lines = {row["id"]: (row["line"], row["called"]) for row in await stage.connection.fetch(new)}
    try:
        async with DB.attempt():
            begun = await begin()
            if refused := await guarding.against(kind, list(lines), by=settings.by, now=settings.now):
                raise Guarded(refused)
    except Guarded as guarded:
        await _leave_out(stage, rows, guarded, lines)
        return await begin_guarded(stage, kind, new, begin, settings, rows=rows)
    past = await guarding.past(kind, list(lines), by=settings.by, now=settings.now)
    found = [(lines[id][0], of_past(guard.name), lines[id][1]) for id, guard in past]
    await stage.connection.copy_records_to_table("import_finding", records=found)
    return begun


async def _leave_out(stage: Stage, rows: str, guarded: Guarded, lines: dict[UUID, tuple[int, str]]) -> None:
    found = [one for id in guarded.against for one in guarded.findings(id, lines[id][0])]
    await stage.connection.copy_records_to_table("import_finding", records=found)
    await stage.run(f"DELETE FROM {rows} WHERE id = ANY($1) AND known IS NULL", list(guarded.against))
