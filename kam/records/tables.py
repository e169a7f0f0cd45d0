"""Who changed what from what to what, for every kind of record."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class RecordChange(Table, db=DB):
    """Append-only. `changes` maps a field to `[old, new]`; `customer` is whose timeline it belongs to."""

    id = Key()
    record_kind = Varchar(length=40)
    record = UUID(default=None, null=True)
    customer = UUID(default=None, null=True)
    event = Varchar(length=20)
    changes = JSONB(default={})
    by = UUID(default=None, null=True)
    at = Timestamptz()
