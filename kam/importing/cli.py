"""`kam import`: the same import as on the page, with the same report, for files on this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.importing import apart, kinds, mapping
from kam.importing.fields import FileKind
from kam.importing.limits import COMMAND
from kam.importing.oddities import ODDITIES
from kam.importing.reading import Opened
from kam.importing.running import Report, run
from kam.importing.source import Source
from kam.importing.starting import DOING, settings_of
from kam.language import gettext
from kam.people.sessions import viewer_of
from kam.people.viewer import Viewer


async def import_as(
    email: str, path: Path, kind: str, *, columns: Sequence[str] = (), team: str = "", now: datetime,
    say: Callable[[str], None] = print, **options: Any,
) -> Report:  # fmt: skip
    """`import_file` for a person and a team by name, and columns as `field=header`."""
    person = await DB.fetchval("SELECT id FROM person WHERE email = lower($1)", email)
    by = await viewer_of(person, now=now) if person else None
    if by is None:
        raise NotFound(f"There is no active user {email}. `kam user list` shows them.")
    of_team = await DB.fetchval("SELECT id FROM team WHERE lower(name) = lower($1)", team) if team else None
    if team and of_team is None:
        raise Invalid({"team": f"There is no team “{team}”."})
    wanted = dict(pair.partition("=")[::2] for pair in columns)
    return await import_file(path, kind, by=by, now=now, map=wanted, team=str(of_team or ""), say=say, **options)


async def import_file(
    path: Path, kind: str, *, by: Viewer, now: datetime, map: Mapping[str, str] | None = None, team: str = "",
    owner: str = "", currency: str = "EUR", source: str = "", create_customers: bool = False,
    keep_duplicates: bool = False, all_or_nothing: bool = False, dry_run: bool = False,
    failed_rows: Path | None = None, say: Callable[[str], None] = print,
) -> Report:  # fmt: skip
    """Imports `path` and says what came of it. `map` gives columns by header name where the guess is wrong, `team` and
    `owner` are ids; rows that were not imported go to `failed_rows`, by default beside the current folder's files."""
    by.require("import")
    if kind not in kinds.every():
        raise Invalid({"kind": f"Choose one of {', '.join(kinds.every())}."})
    known = kinds.every()[kind]
    if not path.is_file():  # noqa: ASYNC240
        raise Invalid({"file": f"There is no file {path}."})
    file = Source(path.name, path=path.absolute(), limits=COMMAND)  # noqa: ASYNC240
    opened, columns = await apart.guess(file, kinds.sent(known))
    columns = mapping.check(known, columns | _named(map or {}, opened, known), len(opened.header))
    say(f"{path.name}: {_described(opened, columns)}")
    chosen: dict[str, Any] = {
        "team": team,
        "owner": owner,
        "currency": currency,
        "source": source,
        "create_customers": create_customers,
        "keep_duplicates": keep_duplicates,
        "all_or_nothing": all_or_nothing,
    }
    started = time.monotonic()
    settings, tell = settings_of(chosen, by, now, dry_run=dry_run), _telling(opened)
    report = await run(file, opened, kind, columns, settings, tell, lambda _: tell(-1, "keeping"))
    for line in sentences(report, time.monotonic() - started):
        say(line)
    _keep(report, failed_rows or Path(f"{path.name.split('.')[0]}-failed-rows.csv"), say)
    return report


def _named(wanted: Mapping[str, str], opened: Opened, kind: FileKind) -> dict[str, int]:
    """Columns by their header names. Raises Invalid for a field or a header that does not exist."""
    known = {field.name for field in kind.fields}
    for name, header in wanted.items():
        if name not in known:
            raise Invalid({"map": f"There is no field {name}; choose one of {', '.join(sorted(known))}."})
        if header not in opened.header:
            raise Invalid({"map": f"There is no column “{header}”; the file has {', '.join(opened.header)}."})
    return {name: opened.header.index(header) for name, header in wanted.items()}


def _described(opened: Opened, columns: Mapping[str, int]) -> str:
    pairs = ", ".join(f"{name} ← {opened.header[column]}" for name, column in columns.items())
    return f"about {opened.rows:,} rows, {opened.layout.encoding}; {pairs}"


def _telling(opened: Opened) -> Any:
    async def tell(done: int, doing: str) -> None:
        if sys.stderr.isatty():
            shown = f" {done:,} / {opened.rows:,}" if done >= 0 else ""
            print(f"\r\x1b[K{DOING[doing]}{shown}", end="", file=sys.stderr, flush=True)

    return tell


def sentences(report: Report, seconds: float, language: str = "en") -> list[str]:
    """The report as lines of text."""
    outcome = "Imported." if report.kept else "Checked only; nothing was changed."
    if not report.kept and not report.dry_run:
        outcome = "Nothing was imported, because a line failed and all or nothing was asked for."
    lines = [f"{outcome} {report.rows:,} rows in {seconds:.1f} s ({report.rows / max(seconds, 1e-6):,.0f} rows/s)."]
    for table, counts in report.records.items():
        lines.append(f"  {table}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
    if report.not_imported:
        lines.append(f"  {report.not_imported:,} rows were not imported.")
    if report.not_taken:
        lines.append("  " + gettext(language, mapping.NOT_TAKEN, columns=", ".join(report.not_taken)))
    for kind, count in report.findings.items():
        lines.append(f"  {count:>9,}  {ODDITIES[kind].titled(language)} ({ODDITIES[kind].severity.replace('_', ' ')})")
    return lines


def _keep(report: Report, path: Path, say: Callable[[str], None]) -> None:
    if report.failed_rows:
        path.write_bytes(report.failed_rows)
        say(f"  The rows that were not imported, with their reasons: {path}")
