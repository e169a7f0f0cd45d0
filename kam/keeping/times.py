"""How long what is kept, from `workflows/keeping.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from kam.keeping.kinds import KINDS
from kam.workflow.faults import Fault, Faults
from kam.workflow.reading import Reader, Source

FILE = "keeping.toml"
UNTIL_DELETED = "until deleted"
LONGEST = timedelta(days=36500)

# By the names of `KINDS`; None is until somebody deletes it.
Times = Mapping[str, timedelta | None]
_IN_FORCE: dict[str, timedelta | None] = {}


def load(folder: Path) -> Times:
    """Raises `Faults` with every mistake, its line and what to write instead."""
    source = Source(FILE, _text(folder))
    try:
        table = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as fault:
        raise Faults(
            [Fault(FILE, getattr(fault, "lineno", 1), f"This is not TOML: {fault}", "mend the line")]
        ) from fault
    keep = table.pop("keep", {})
    Reader(source, (), table).done()
    reader = Reader(source, ("keep",), keep)
    times = {name: _time(reader, keep if isinstance(keep, Mapping) else {}, name) for name in KINDS}
    reader.done()
    if source.faults:
        raise Faults(source.faults)
    return times


def put_in_force(times: Times) -> None:
    _IN_FORCE.clear()
    _IN_FORCE.update(times)


def in_force() -> Times:
    return _IN_FORCE


def _text(folder: Path) -> str:
    try:
        return (folder / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        remedy = "put it into the folder of the workflow files again, as text in UTF-8"
        raise Faults([Fault(FILE, 1, f"The file cannot be read: {fault}", remedy)]) from fault


def _time(reader: Reader, keep: Mapping[str, Any], name: str) -> timedelta | None:
    if name not in keep:
        reader.fault(f"`{name}` is missing", f'add {name} = "180 days", or "{UNTIL_DELETED}"')
        return None
    if keep[name] == UNTIL_DELETED:
        reader.text(name)
        return None
    time = reader.duration(name)
    if not timedelta(days=1) <= time <= LONGEST:
        reader.fault(f"`{name}` is {keep[name]!r}", f'choose a day to a hundred years, or "{UNTIL_DELETED}"', name)
    return time
