"""What was odd, counted by kind; and the file of the rows that were not imported, each with its line and reason."""

from __future__ import annotations

from kam.importing import apart
from kam.importing.oddities import IMPORTED, ODDITIES
from kam.importing.reading import Opened
from kam.importing.source import Source
from kam.importing.staging import Stage
from kam.language import N_, gettext

LINE, REASON = N_("Line"), N_("Reason")


async def counts(stage: Stage) -> dict[str, int]:
    """Lines per kind of oddity; a line can show several."""
    rows = await stage.connection.fetch(
        "SELECT kind, count(DISTINCT line) AS lines FROM import_finding GROUP BY kind ORDER BY lines DESC, kind"
    )
    return {row["kind"]: row["lines"] for row in rows}


async def lines_not_imported(stage: Stage) -> int:
    found = await stage.connection.fetchval(
        "SELECT count(DISTINCT line) FROM import_finding WHERE kind <> ALL($1)", list(IMPORTED)
    )
    return int(found)


async def file_of(stage: Stage, source: Source, opened: Opened, language: str) -> bytes:
    """A table of the rows that did not come in, with line and reason; empty if every row came in.

    The rows are read a second time from the file, so that only their numbers had to be remembered.
    """
    reasons = await _reasons(stage, language)
    titles = gettext(language, LINE), gettext(language, REASON)
    return await apart.rows_with_reasons(source, opened, titles, reasons) if reasons else b""


async def _reasons(stage: Stage, language: str) -> dict[int, str]:
    rows = await stage.connection.fetch(
        "SELECT DISTINCT line, kind, detail FROM import_finding WHERE kind <> ALL($1) ORDER BY line", list(IMPORTED)
    )
    reasons: dict[int, str] = {}
    for row in rows:
        sentence = reason(row["kind"], row["detail"], language)
        earlier = reasons.get(row["line"])
        reasons[row["line"]] = f"{earlier} {sentence}" if earlier else sentence
    return reasons


def reason(kind: str, detail: str | None, language: str) -> str:
    return ODDITIES[kind].told(detail or "", language)
