"""The seals over the history, which say how much there was and what it said."""

from __future__ import annotations

from piccolo.columns import JSONB, Array, BigInt, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from kam.database.engine import DB


class HistorySeal(Table, db=DB):
    """Append-only, each with the hash of the one before. Covers the entries after `after` up to `upto`, by the number
    (column `entry`) that the database gives to every row of what is kept; `contents` has, for each table, the columns
    that were looked at, how many rows there were and their digest."""

    number = BigInt(primary_key=True)
    after = BigInt()
    upto = BigInt()
    at = Timestamptz()
    contents = JSONB()
    previous = Bytea(null=True, default=None)
    hash = Bytea(null=True, default=None)


class HistoryLedger(Table, db=DB):
    """One row: how many seals there are, up to which entry, and the hash of the last.

    `noted` is the last entry when the next seal was thought of. It is sealed when none of the transactions that were
    `writing` then goes on, since until then a row with a smaller number may still come.
    """

    id = SmallInt(primary_key=True)
    seals = BigInt(default=0)
    sealed = BigInt(default=0)
    head = Bytea(null=True, default=None)
    noted = BigInt(default=0)
    writing = Array(base_column=Text())
