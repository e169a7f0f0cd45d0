"""What is kept for a time, in one table: where it lies, how old and how large each is, and how it is cleared away.

Nothing that waits or runs is among it, nor anything that the history refers to: versions of plans, steps and changes
stay for ever, and of a file that was made it stays on record that it was, with its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kam.documents.clearing import CLEAR
from kam.importing.deleting import REMOVE
from kam.language import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """SQL about a row called `kept`. `still_used` holds while it must stay, however old; in it $1 is the moment before
    which things are old. `remove` takes ids ($1) and the time ($2) and tells how many it removed."""

    title: str
    what: str
    table: str
    of_kind: str
    at: str
    size: str
    still_used: str
    remove: str


_FILE_SIZE = "pg_column_size(kept.content)"
_NEVER = "$1::timestamptz IS NULL"


def _deleting(table: str, key: str) -> str:
    """The time is of no use to what leaves nothing behind."""
    return f"""
    WITH gone AS (DELETE FROM {table} WHERE id = ANY($1::{key}[]) AND $2::timestamptz IS NOT NULL RETURNING id)
    SELECT count(*) FROM gone
    """


KINDS: Mapping[str, Kind] = {
    "uploads": Kind(
        title=N_("Uploads"),
        what=N_("Files that were brought in, since they were last used. What was imported from them stays."),
        table="import_file",
        of_kind="TRUE",
        at="kept.uploaded_at",
        size=_FILE_SIZE,
        still_used="""EXISTS (SELECT FROM work WHERE work.id = kept.work
            AND (work.state IN ('waiting', 'running') OR work.finished_at >= $1))""",
        remove=REMOVE,
    ),
    "failed_rows": Kind(
        title=N_("Rows that were not imported"),
        what=N_("The files with the reasons. When an upload goes, they go with it."),
        table="document",
        of_kind="kept.kind = 'failed_rows' AND kept.content IS NOT NULL",
        at="kept.made_at",
        size=_FILE_SIZE,
        still_used=_NEVER,
        remove=CLEAR,
    ),
    "documents": Kind(
        title=N_("PDFs"),
        what=N_("Drawn from plans, and can be drawn again: the versions of plans themselves always stay."),
        table="document",
        of_kind="kept.kind <> 'failed_rows' AND kept.content IS NOT NULL",
        at="kept.made_at",
        size=_FILE_SIZE,
        still_used=_NEVER,
        remove=CLEAR,
    ),
    "works": Kind(
        title=N_("Ended work"),
        what=N_("Reports of imports, PDFs and sweeps that were asked for; those of files that are still there stay."),
        table="work",
        of_kind="kept.state NOT IN ('waiting', 'running')",
        at="coalesce(kept.finished_at, kept.asked_at)",
        size="pg_column_size(kept.input) + pg_column_size(kept.result) + pg_column_size(kept.message)",
        still_used="""EXISTS (SELECT FROM import_file WHERE import_file.work = kept.id) OR EXISTS (
            SELECT FROM document WHERE document.id = kept.document AND document.content IS NOT NULL)""",
        remove=_deleting("work", "uuid"),
    ),
    "jobs": Kind(
        title=N_("Failed jobs"),
        what=N_("What the queue gave up; good ones leave it at once."),
        table="procrastinate_jobs",
        of_kind="kept.status IN ('failed', 'cancelled', 'aborted', 'succeeded')",
        at="(SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = kept.id)",
        size="pg_column_size(kept.args)",
        still_used=_NEVER,
        remove=_deleting("procrastinate_jobs", "bigint"),
    ),
    "sign_in_attempts": Kind(
        title=N_("Tries to sign in"),
        what=N_("Who tried, from where and when, so that people are told of tries that were not theirs."),
        table="sign_in_attempt",
        of_kind="TRUE",
        at="kept.at",
        size="pg_column_size(kept.email) + pg_column_size(kept.address) + pg_column_size(kept.agent)",
        still_used=_NEVER,
        remove=_deleting("sign_in_attempt", "uuid"),
    ),
}
