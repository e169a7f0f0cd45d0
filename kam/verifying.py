"""Whether anything of what is kept was changed behind the application: everything is computed anew and compared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from kam.database.engine import DB
from kam.documents import verifying as documents
from kam.history import verifying as sealed
from kam.history.verifying import Seal
from kam.plans import verifying as plans
from kam.workflow import history
from kam.workflow import verifying as workflows

# What is counted for whoever asks what was looked at.
LOOKED_AT = {
    "workflow_instance": "workflows of records, from their beginning",
    "workflow_step": "steps",
    "workflow_definition": "workflow files that were in force",
    "plan_version": "versions of plans",
    "document": "files",
    "plan_comment": "comments on plans",
    "record_change": "changes of records",
}


@dataclass(frozen=True, slots=True)
class Verified:
    """`counts` says how many of what there are, `unsealed` how many entries no seal holds; `faults` are sentences."""

    counts: dict[str, int]
    seals: list[Seal]
    unsealed: int
    faults: list[str]

    def missing(self, kept: str) -> list[str]:
        """A seal, named by the hash that somebody kept, which is not there."""
        wanted = kept.strip().lower()
        if not wanted or any(seal.hash.hex() == wanted for seal in self.seals):
            return []
        return [f"No seal has the hash {wanted}: it is of another database, or the history was written anew since."]


async def verify() -> Verified:
    """Everything in one snapshot, so that what happens meanwhile is no fault."""
    async with DB.transaction(isolation=None if DB.running() else "repeatable_read"):
        counts = {said: await DB.fetchval(f"SELECT count(*) FROM {table}") for table, said in LOOKED_AT.items()}
        made = await sealed.seals()
        return Verified(counts, made, await sealed.unsealed(), [fault async for fault in _faults(made)])


async def _faults(made: list[Seal]) -> AsyncIterator[str]:
    for broken in await history.verify():
        yield _sentence(broken)
    for workflow, hash in await history.altered_definitions():
        yield f"The file of the workflow “{workflow}” that is kept under {hash[:12]} does not say what its hash says."
    async for fault in workflows.faults():
        yield fault
    async for fault in plans.faults():
        yield fault
    async for fault in documents.faults():
        yield fault
    async for fault in sealed.faults(made):
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


# What no comparison within one database can tell.
PROMISE = (
    "This finds whatever the role that serves, or somebody who deletes or changes rows, can leave behind that kam "
    "would not write. It cannot promise that nobody with that role wrote, in another's name, what kam would, nor "
    "that the owner of the tables, or whoever may become the user of the server, has not written everything anew, "
    "seals included: keep the hash of a seal elsewhere and ask with `kam verify --seal HASH`."
)


def told(found: Verified, faults: list[str]) -> list[str]:
    """What was looked at, how far it reaches and how many faults there are, as lines."""
    looked = "; ".join(f"{count:,} {said}" for said, count in found.counts.items())
    last = f" The last: {found.seals[-1]}, {found.seals[-1].hash.hex()}." if found.seals else ""
    sealed = f"Seals: {len(found.seals)}, and {found.unsealed:,} entries since.{last}"
    result = "Nothing was changed behind kam." if not faults else f"Faults: {len(faults)}."
    return [f"Looked at {looked}.", sealed, PROMISE, result]
