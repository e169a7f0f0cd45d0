"""The tables of seals over the history."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, Array, BigInt, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from kam.database.migrating import new_tables

ID = "2026-11-28T00:00:76"


class HistorySeal(Table, tablename="history_seal"):
    number = BigInt(primary_key=True)
    after = BigInt()
    upto = BigInt()
    at = Timestamptz()
    contents = JSONB()
    previous = Bytea(default=None, null=True)
    hash = Bytea(default=None, null=True)


class HistoryLedger(Table, tablename="history_ledger"):
    id = SmallInt(primary_key=True)
    seals = BigInt()
    sealed = BigInt()
    head = Bytea(default=None, null=True)
    noted = BigInt()
    writing = Array(base_column=Text())


async def forwards() -> MigrationManager:
    return new_tables(ID, "Seals over the history", HistorySeal, HistoryLedger)
