"""Starting an import as long work, and doing it in the worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.clock import day
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.facts import refreshing
from kam.importing import apart, kinds, mapping, queries, seen
from kam.importing.deleting import BEING_READ
from kam.importing.reading import Opened
from kam.importing.running import Report, run
from kam.importing.settings import Settings
from kam.importing.source import Source
from kam.jobs.asking import ask
from kam.jobs.tasks import WorkHandle, long_work
from kam.language import N_, gettext
from kam.people.sessions import viewer_of
from kam.people.viewer import Viewer

# What is shown while it runs.
DOING = {
    "reading": N_("Reading the file"),
    "waiting": N_("Waiting for another import to end"),
    "matching": N_("Matching with the records"),
    "writing": N_("Writing the records"),
    "keeping": N_("Computing the facts"),
}

# The file is held, so that of two who start, or start and delete, at the same time one comes second.
_HOLD = "SELECT TRUE FROM import_file WHERE id = $1 FOR UPDATE"
_UNDER_WAY = """
SELECT work.id, work.input FROM import_file file JOIN work ON work.id = file.work
WHERE file.id = $1 AND work.state IN ('waiting', 'running') AND NOT work.cancel_asked
"""

_DOCUMENT = """
INSERT INTO document (id, kind, subject, name, media_type, content, sha256, made_at, made_by)
VALUES ($1, 'failed_rows', $2, $3, 'text/csv', $4, $5, $6, $7)
"""


async def start(file: Mapping[str, Any], *, dry_run: bool, by: Viewer, now: datetime) -> UUID:
    """Asks the worker for the import; raises Invalid while a required field has no column.

    A second click while the same is under way answers with what the first one asked for.
    """
    by.require("import")
    mapping.check(kinds.every()[file["kind"]], file["mapping"], len(file["options"]["header"]))
    async with DB.transaction():
        if not await DB.fetchval(_HOLD, file["id"]):
            raise NotFound(queries.NO_SUCH_FILE)
        if under_way := await DB.fetchrow(_UNDER_WAY, file["id"]):
            if json.loads(under_way["input"])["dry_run"] != dry_run:
                raise Invalid({"": BEING_READ})
            return UUID(str(under_way["id"]))
        work = await ask(
            "import", title=file["name"], by=by.id, input={"file": str(file["id"]), "dry_run": dry_run}, now=now
        )
        await DB.execute("UPDATE import_file SET work = $2 WHERE id = $1", file["id"], work)
    return work


@long_work("import")
async def import_in_worker(work: WorkHandle) -> None:
    """One that was interrupted after its records were kept is not begun anew: only the facts are missing, and whose
    they are nobody knows any more."""
    if work.settled:
        if work.settled["kept"]:
            await refreshing.refresh(as_of=day(work.now), now=work.now)
        return
    viewer = await viewer_of(work.asked_by, now=work.now) if work.asked_by else None
    if viewer is None or not viewer.may("import"):
        raise NotAllowed(N_("Your role does not allow this. An administrator can change your role."))
    file = await queries.find(viewer, UUID(work.input["file"]))
    try:
        await _import(work, file, viewer)
    except Invalid as invalid:  # kept as one text, which nobody can translate later
        raise Invalid({}, " ".join(gettext(viewer.language, said) for said in invalid.fields.values())) from invalid


async def _import(work: WorkHandle, file: Mapping[str, Any], viewer: Viewer) -> None:
    source = Source(file["name"], await queries.content_of(viewer, file["id"]))
    opened = await apart.peek(source, seen.layout_of(file), length=file["options"]["rows"])
    settings = settings_of(file["options"]["settings"], viewer, work.now, dry_run=work.input["dry_run"])
    columns = mapping.check(kinds.every()[file["kind"]], file["mapping"], len(opened.header))

    async def keep(report: Report) -> None:
        document = await _keep_failed_rows(report, file, settings)
        told = report.stored() | {"path": f"/imports/{file['id']}"}
        await work.settle(DOING["keeping"], result=told, document=document)

    report = await run(source, opened, file["kind"], columns, settings, _telling(work, opened), keep)
    if not report.kept:
        async with DB.transaction():
            await keep(report)


def _telling(work: WorkHandle, opened: Opened) -> Any:
    seen = 0

    async def tell(done: int, doing: str) -> None:
        nonlocal seen
        seen = max(seen, done)
        await work.progress(seen, max(opened.rows, seen), DOING[doing])

    return tell


def settings_of(chosen: Mapping[str, Any], by: Viewer, now: datetime, *, dry_run: bool) -> Settings:
    """What was chosen on the page, as far as this person may choose it; Invalid for a team that is not theirs."""
    names = {item.name for item in fields(Settings)} - {"by", "now", "dry_run", "team", "owner"}
    team, owner = (UUID(chosen[name]) if chosen.get(name) else None for name in ("team", "owner"))
    if team is not None and not by.sees_all and team not in by.teams:
        raise Invalid({"team": N_("Choose one of your teams.")})
    if owner not in (None, by.id) and not by.may("assign_customers"):
        raise Invalid({"owner": N_("Only a manager may give a customer to somebody else.")})
    if team is None and by.teams:
        team = by.teams[0]
    given = {name: value for name, value in chosen.items() if name in names}
    return Settings(by=by, now=now, dry_run=dry_run, team=team, owner=owner or by.id, **given)


async def _keep_failed_rows(report: Report, file: Mapping[str, Any], settings: Settings) -> UUID | None:
    if not report.failed_rows:
        return None
    document = new_id()
    name = f"{file['name'].removesuffix('.gz').rsplit('.', 1)[0]}-failed-rows.csv"
    digest = hashlib.sha256(report.failed_rows).hexdigest()
    await DB.execute(
        _DOCUMENT, document, file["id"], name[-300:], report.failed_rows, digest, settings.now, settings.by.id
    )
    return document
