"""Bringing the application up in this process: database, migrations, facts and workflows."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from kam import clock
from kam.database import preparing
from kam.database.connecting import connected
from kam.settings import Settings
from kam.workflow import registry
from kam.workflow.registry import Workflows

log = logging.getLogger(__name__)

WORKFLOWS = Path(__file__).parent.parent / "workflows"


@asynccontextmanager
async def started(
    settings: Settings, *, pool: int | None = None, prepare: bool = False, how: Mapping[str, Any] | None = None
) -> AsyncIterator[str]:
    """The database open and the workflows in force; with `prepare` also brought up to date. Yields its address.

    A command prepares once before it starts further processes, which then find everything done.
    """
    async with connected(settings, pool=pool, how=how) as url:
        if prepare:
            await preparing.prepare(settings)
        workflows = registry.in_force() or put_in_force()
        workflows = await _settled(workflows)
        if prepare:
            from kam.workflow import loading

            await loading.remember(workflows, now=clock.now())
            await _take_along(workflows)
            await _reach(workflows)
        yield url


async def _settled(workflows: Workflows) -> Workflows:
    from kam.workflow import loading

    settled = await loading.with_kept_hashes(workflows)
    if settled is not workflows:
        registry.install(settled)
    return settled


async def _take_along(workflows: Workflows) -> None:
    """What stands in a renamed state goes on under its new name; what stands where no file says anything is told."""
    from kam.facts.storing import refresh_some
    from kam.workflow import renaming

    now = clock.now()

    async def refresh(customers: Collection[UUID]) -> None:
        await refresh_some(list(customers), as_of=now.date(), now=now)

    moved = await renaming.take_along(workflows, now=now, changed=refresh)
    if moved:
        log.info("%s records stand in states that have another name now; they were taken along", moved)
    for one in await renaming.stuck(workflows):
        log.warning("%s", one)


async def _reach(workflows: Workflows) -> None:
    """What a file moves that came into force since the last start begins in it."""
    from kam.facts.storing import refresh_some
    from kam.workflow import reaching

    now = clock.now()

    async def refresh(customers: Collection[UUID]) -> None:
        await refresh_some(list(customers), as_of=now.date(), now=now)

    for workflow, begun in (await reaching.reach(workflows, now=now, changed=refresh)).items():
        log.info("%s records have begun in the workflow %s", begun, workflow)


def put_in_force() -> Workflows:
    """Loads and checks the workflow files, and the kinds of record that they move.

    Raises `Faults` with every fault of every file, or `FaultyKinds`.
    """
    from kam import vocabulary
    from kam.keeping import times
    from kam.kinds import KINDS
    from kam.records import checking, guards
    from kam.workflow import loading

    times.put_in_force(times.load(WORKFLOWS))
    workflows = loading.load(WORKFLOWS, vocabulary.VOCABULARY)
    checking.check(KINDS, workflows.definitions)
    guards.put_in_force(guards.load(WORKFLOWS, KINDS, workflows))
    registry.install(workflows)
    return workflows
