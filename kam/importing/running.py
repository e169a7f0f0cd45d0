"""One import from the first row to the report: judged, staged, upserted, its findings told, and kept or taken back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kam.database.engine import DB
from kam.errors import Stale
from kam.facts import refreshing, storing
from kam.importing import failures, kinds, mapping
from kam.importing.customers import import_customers
from kam.importing.oddities import FAILED, ODDITIES
from kam.importing.opportunities import import_opportunities
from kam.importing.orders import import_orders
from kam.importing.products import import_products
from kam.importing.reading import Opened
from kam.importing.records import import_records
from kam.importing.settings import Settings, check
from kam.importing.source import Source
from kam.importing.staging import Progress, Stage, stage
from kam.language import N_

log = logging.getLogger(__name__)

# A form may give a code or a key between the look and the write of an import; the next look finds it.
_TRIES = 3
_FEW = 100  # customers whose facts are computed well enough whatever the planner believes

_BY_KIND: dict[str, Callable[[Stage, Settings, Progress], Awaitable[None]]] = {
    "customers": import_customers,
    "orders": import_orders,
    "opportunities": import_opportunities,
    "products": import_products,
}


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do. `records` counts per table, `findings` lines per kind of oddity,
    `not_taken` names the columns of the file that fill no field."""

    rows: int = 0
    records: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    not_imported: int = 0
    not_taken: list[str] = field(default_factory=list)
    kept: bool = True
    dry_run: bool = False
    failed_rows: bytes = b""

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "failed_rows"}

    @property
    def failures(self) -> int:
        return sum(count for kind, count in self.findings.items() if ODDITIES[kind].severity == FAILED)


Keep = Callable[[Report], Awaitable[None]]


class _TakenBack(Exception):
    """Ends the transaction without keeping anything."""


async def run(
    source: Source,
    opened: Opened,
    kind: str,
    columns: Mapping[str, int],
    settings: Settings,
    progress: Progress,
    keep: Keep,
) -> Report:
    """Imports the file. Nothing is kept in a dry run, after a cancellation, or if all-or-nothing was asked for
    and a line failed; the report then says `kept=False` with the counts as they would have been.

    `keep` is told the report in the transaction that keeps what came in, as its last word."""
    await check(settings)
    for _ in range(_TRIES):
        try:
            return await _run(source, opened, kind, columns, settings, progress, keep)
        except UniqueViolationError as fault:
            if DB.running():
                raise
            log.info("Somebody added one of the records meanwhile, so the import begins anew: %s", fault)
    raise Stale(N_("Somebody else added one of these records meanwhile. Start the import again."))


async def _run(
    source: Source,
    opened: Opened,
    kind: str,
    columns: Mapping[str, int],
    settings: Settings,
    progress: Progress,
    keep: Keep,
) -> Report:
    left = mapping.not_taken(opened.header, opened.first, columns)
    report = Report(dry_run=settings.dry_run, not_taken=left)
    try:
        async with DB.transaction():
            await _import(report, source, opened, kind, columns, settings, progress)
            report.kept = not settings.dry_run and not (settings.all_or_nothing and report.failures)
            if not report.kept:
                raise _TakenBack
            touched = await _touched()
            await keep(report)
    except _TakenBack:
        return report
    await _refresh_facts(settings, touched)
    return report


async def _import(
    report: Report,
    source: Source,
    opened: Opened,
    kind: str,
    columns: Mapping[str, int],
    settings: Settings,
    progress: Progress,
) -> None:
    staged, report.rows = await stage(source, kinds.every()[kind], opened.layout, columns, len(opened.header), progress)
    await _take_turn(staged, progress)
    of_records = kinds.record_kind(kind)
    await (import_records(of_records) if of_records else _BY_KIND[kind])(staged, settings, progress)
    report.records = staged.counts
    report.findings = await failures.counts(staged)
    report.not_imported = await failures.lines_not_imported(staged)
    report.failed_rows = await failures.file_of(staged, source, opened, settings.by.language)


async def _take_turn(staged: Stage, progress: Progress) -> None:
    """Imports read at the same time but match and write one after the other, or two would create the same customer."""
    while not await staged.connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('import'))"):
        await progress(-1, "waiting")
        await asyncio.sleep(0.3)


async def _touched() -> list[UUID]:
    return [row["customer"] for row in await DB.fetch("SELECT customer FROM import_touched")]


async def _refresh_facts(settings: Settings, customers: list[UUID]) -> None:
    """Only those whose records changed, unless they are so many that all at once is quicker."""
    today = settings.by.as_of(settings.now)
    if len(customers) > _FEW:
        # A vacuum that came by while the rows were being written has counted none of them, and for empty tables the
        # planner chooses what takes minutes on full ones.
        await DB.execute("SELECT analyze_imported()")
    if len(customers) > storing.MANY:
        await refreshing.refresh(as_of=today, now=settings.now)
    elif customers:
        await storing.refresh_some(customers, as_of=today, now=settings.now)
