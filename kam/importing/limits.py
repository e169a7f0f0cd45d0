"""How much of a file is read at all, in one table, and what is said of a file that goes beyond."""

from __future__ import annotations

from dataclasses import dataclass

from kam.errors import Invalid
from kam.language import N_, Filled


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` for one look at the file, or for each next thousand rows; `memory`, of the child that reads, and
    `unpacked` in megabytes; `cell` in characters."""

    seconds: int
    memory: int
    unpacked: int
    rows: int
    columns: int
    cell: int


PAGE = Limits(seconds=30, memory=700, unpacked=500, rows=5_000_000, columns=500, cell=1_000_000)
# For `kam import`: who may call it may wait and has the machine.
COMMAND = Limits(seconds=600, memory=4_000, unpacked=20_000, rows=100_000_000, columns=500, cell=1_000_000)

_BEYOND = {
    "seconds": N_("Reading the file took longer than %(limit)s seconds and was stopped. Split it, or save it as CSV."),
    "memory": N_(
        "Reading the file takes more than %(limit)s MB of memory. Delete what stands far out at the right or at the "
        "bottom of the table, split it, or save it as CSV."
    ),
    "unpacked": N_("Unpacked, the file is larger than %(limit)s MB. Split it, or use the command `kam import`."),
    "rows": N_("The file has more than %(limit)s rows. Split it, or use the command `kam import`."),
    "columns": N_("The file has more than %(limit)s columns. Keep only those that are needed."),
    "cell": N_("A cell on line %(line)s has more than %(limit)s characters. Shorten it and try again."),
}


def beyond(name: str, limits: Limits, **places: object) -> Invalid:
    """The refusal of a file that goes beyond the limit of this name."""
    return Invalid({"file": Filled(_BEYOND[name], limit=f"{getattr(limits, name):,}", **places)})
