"""Records of any kind from a file: read and judged as a form would be, begun by the statement that begins them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from kam.importing import parted, references
from kam.importing.cells import Cells, Row
from kam.importing.coming import Coming
from kam.importing.customer_keys import find_customers
from kam.importing.kinds import EXTERNAL_KEY, NUMBER, TOGETHER
from kam.importing.settings import Settings
from kam.importing.shared import Shared
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import leave_out_repeated
from kam.records.kind import Kind

AT_ONCE = 2_000

# Named after the kind: whose columns a prepared statement gives, it gives for good.
_ROWS = """
SELECT /* {kind} */ s.*, {whose} AS whose, {currency} AS currency_of_customer FROM import_stage s {joined}
WHERE s.line > $1 ORDER BY s.line LIMIT $2
"""
_ROWS_OF_PARTED = """
SELECT /* {kind} */ s.*, r.record, {whose} AS whose, {currency} AS currency_of_customer
FROM import_record r JOIN import_stage s ON s.line = r.line {joined}
WHERE r.record IN (SELECT DISTINCT record FROM import_record WHERE record > $1 ORDER BY record LIMIT $2)
ORDER BY r.record, s.line
"""
_NAMED = "coalesce(s.customer, s.customer_name)"
_JOINED = f"LEFT JOIN import_customer c ON c.key = {_NAMED} LEFT JOIN customer owner_of ON owner_of.id = c.customer"
_HOLD = """
SELECT 1 FROM customer WHERE id IN (SELECT customer FROM import_customer) ORDER BY id FOR NO KEY UPDATE
"""
_GONE = f"""
EXISTS (SELECT FROM import_customer i JOIN customer c ON c.id = i.customer WHERE i.key = {_NAMED}
        AND c.deleted_at IS NOT NULL)
"""


def import_records(kind: Kind) -> Callable[[Stage, Settings, Progress], Awaitable[None]]:
    async def bring_in(stage: Stage, settings: Settings, progress: Progress) -> None:
        settings.by.require(kind.ability)
        await _leave_out(stage, kind)
        if kind.of_customers:
            await find_customers(stage, settings)
            await stage.run(_HOLD)
            await stage.leave_out("deleted_customer", _GONE, _NAMED)
        if kind.parts:
            await parted.leave_out_broken(stage)
        await progress(-1, "matching")
        named = await references.find_references(stage, kind, settings.by)
        coming = (Shared if kind.shared else Coming)(kind, stage, settings, Cells(kind, stage, settings, named))
        async for rows in _portions(stage, kind):
            await progress(-1, "writing")
            await coming.take(rows)
        await coming.done()

    return bring_in


async def _leave_out(stage: Stage, kind: Kind) -> None:
    keys = [name for name in (NUMBER, EXTERNAL_KEY, TOGETHER) if name in stage.mapped]
    if kind.parts:
        await parted.find_records(stage, kind)
    else:
        for key in keys:
            await leave_out_repeated(stage, f"s.{key}")
    if kind.shared and kind.titled in stage.mapped:
        await leave_out_repeated(stage, f"{_NAMED} || ' ' || lower(s.{kind.titled})")
    if kind.of_customers:
        nobody = " AND ".join(f"s.{name} IS NULL" for name in ("customer", "customer_name", *keys))
        await stage.leave_out("no_customer", nobody)


async def _portions(stage: Stage, kind: Kind) -> AsyncIterator[list[Row]]:
    sql = _ROWS_OF_PARTED if kind.parts else _ROWS
    if kind.of_customers:
        sql = sql.format(kind=kind.name, whose="c.customer", currency="owner_of.currency", joined=_JOINED)
    else:
        sql = sql.format(kind=kind.name, whose="NULL::uuid", currency="NULL::text", joined="")
    if kind.parts:
        async for records in parted.portions(stage, kind, sql):
            yield records
        return
    await stage.run("CREATE INDEX ON import_stage (line)")
    last = -1
    while rows := await stage.connection.fetch(sql, last, AT_ONCE):
        yield rows
        last = rows[-1]["line"]
