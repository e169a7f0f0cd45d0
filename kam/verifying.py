"""Whether anything of what is kept was changed behind the application: everything is computed anew and compared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from kam.database.engine import DB
from kam.documents import verifying as documents
from kam.plans import verifying as plans
from kam.workflow import history

# What is counted for whoever asks what was looked at.
LOOKED_AT = {
    "workflow_instance": "workflows of records, from their beginning",
    "workflow_step": "steps",
    "workflow_definition": "workflow files that were in force",
    "plan_version": "versions of plans",
    "document": "files",
}


@dataclass(frozen=True, slots=True)
class Verified:
    """`counts` says how many of what were looked at; `faults` are sentences."""

    counts: dict[str, int]
    faults: list[str]


async def verify() -> Verified:
    """Everything in one snapshot, so that what happens meanwhile is no fault."""
    async with DB.transaction(isolation=None if DB.running() else "repeatable_read"):
        counts = {said: await DB.fetchval(f"SELECT count(*) FROM {table}") for table, said in LOOKED_AT.items()}
        return Verified(counts, [fault async for fault in _faults()])


async def _faults() -> AsyncIterator[str]:
    for broken in await history.verify():
        yield _sentence(broken)
    for workflow, hash in await history.altered_definitions():
        yield f"The file of the workflow “{workflow}” that is kept under {hash[:12]} does not say what its hash says."
    async for fault in plans.faults():
        yield fault
    async for fault in documents.faults():
        yield fault


def _sentence(broken: history.Break) -> str:
    entry = f"step {broken.number}" if broken.number else "the beginning"
    return f"In the history of the workflow instance {broken.instance} {entry} {_FOUND[broken.fault]}."


_FOUND = {
    "altered": "is not what was written",
    "broken": "does not follow the entry before it",
    "orphaned": "belongs to nothing that is there",
    "astray": "is not where the record stands",
}
