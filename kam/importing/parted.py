"""Records with parts from a file: a row for each part; the rows of one record have its number or its key in common.

A record comes in whole or not at all: what is wrong is told at its row, and the other rows of the record stay out with
it, so that the file of what failed can be brought in again as it is.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from kam.importing.kinds import NUMBER, TOGETHER
from kam.importing.oddities import IMPORTED, OTHER_ROW
from kam.importing.staging import Stage
from kam.language import N_
from kam.records.kind import Kind
from kam.records.parts import Parts

DIFFERS = N_("This differs from what an earlier row says of the same record.")
ROWS = "rows"
AT_ONCE = 200  # records

_RECORDS = f"""
CREATE TEMP TABLE import_record ON COMMIT DROP AS
SELECT s.line, min(s.line) OVER (PARTITION BY coalesce('n' || s.{NUMBER}, 'k' || s.{TOGETHER}, 'l' || s.line)) AS record
FROM import_stage s
"""
_NUMBERLESS = _RECORDS.replace(f"'n' || s.{NUMBER}, ", "")
_BROKEN = """
WITH refused AS (SELECT line FROM import_finding WHERE kind <> ALL($1)),
broken AS (SELECT DISTINCT r.record FROM import_record r JOIN refused USING (line)),
gone AS (DELETE FROM import_record r USING broken WHERE r.record = broken.record RETURNING r.line),
told AS (INSERT INTO import_finding SELECT line, $2, NULL FROM gone WHERE line NOT IN (SELECT line FROM refused))
DELETE FROM import_stage s USING gone WHERE gone.line = s.line
"""

Row = Mapping[str, Any]
Finding = tuple[int, str, str | None]


async def find_records(stage: Stage, kind: Kind) -> None:
    """Fills `import_record`: for each line the first line of its record."""
    await stage.run(_RECORDS if kind.number else _NUMBERLESS)


async def leave_out_broken(stage: Stage) -> None:
    """The rows of records of which one was refused already."""
    await stage.run(_BROKEN, list(IMPORTED), OTHER_ROW)


async def portions(stage: Stage, kind: Kind, sql: str) -> AsyncIterator[list[Row]]:
    """Each record as one row, with the rows it was gathered from; `sql` reads those of records behind $1."""
    await stage.run("CREATE INDEX ON import_record (record)")
    last = -1
    while rows := await stage.connection.fetch(sql, last, AT_ONCE):
        yield [_gathered(stage, kind, list(some)) for _, some in groupby(rows, key=itemgetter("record"))]
        last = rows[-1]["record"]


def _gathered(stage: Stage, kind: Kind, rows: list[Row]) -> Row:
    """What the first of its rows that says anything says of the record."""
    ours = _of_parts(kind)
    names = set(rows[0].keys()) - ours
    head = {name: next((row[name] for row in rows if row[name] is not None), None) for name in names}
    return {**dict.fromkeys(ours & stage.mapped), **head, "line": rows[0]["line"], ROWS: rows}


def _of_parts(kind: Kind) -> set[str]:
    return {part.column(one) for part in kind.parts for one in part.fields}


def contradictions(stage: Stage, kind: Kind, row: Row) -> Iterator[str]:
    """The places (`differs_1_title` for that of the second row) where a row says something else of the record."""
    said = [*sorted(stage.mapped - _of_parts(kind)), "whose"]
    for place, one in enumerate(row.get(ROWS, ())):
        yield from (f"differs_{place}_{name}" for name in said if one[name] is not None and one[name] != row[name])


def rows_of(stage: Stage, part: Parts, row: Row) -> list[Row]:
    """The rows that say anything of the part."""
    names = [name for one in part.fields if (name := part.column(one)) in stage.mapped]
    return [each for each in row[ROWS] if any(each[name] is not None for name in names)]


def others(row: Row, told: Iterable[int]) -> list[Finding]:
    """That the other rows of the record stay out, too."""
    lines = set(told)
    return [(each["line"], OTHER_ROW, None) for each in row.get(ROWS, ()) if each["line"] not in lines]


def place_of(stage: Stage, kind: Kind, row: Row, name: str) -> tuple[Row, str]:
    """The row in which a fault of `name` stands, and the column of the file."""
    if found := re.fullmatch(r"differs_(\d+)_(\w+)", name):
        return row[ROWS][int(found[1])], "customer" if found[2] == "whose" else found[2]
    for part in kind.parts:
        if found := re.fullmatch(rf"{part.name}_(\d+)_(\w+)", name):
            return rows_of(stage, part, row)[int(found[1])], f"{part.name}_{found[2]}"
    return _first_saying(row, name), name


def _first_saying(row: Row, name: str) -> Row:
    rows: Sequence[Row] = row.get(ROWS, ())
    return next((each for each in rows if each.get(name) is not None), rows[0] if rows else row)
