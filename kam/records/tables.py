"""What every kind of record has: its row among all others, who changed what, and the keys of forms."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Bytea, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
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


class Record(Table, db=DB):
    """Every record once: what it is called, whose it is, where it stands, and the words it is found by."""

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=40)
    customer = UUID(default=None, null=True)
    number = Varchar(length=60, default="")
    title = Text(default="")
    owner = UUID(default=None, null=True)
    state = Varchar(length=60, default="")
    deleted_at = Timestamptz(null=True, default=None)
    words = Text(default="")


class Submission(Table, db=DB):
    """One sending of a form: `key` came with the form, `digest` is of what was said, `record` is what it made."""

    id = Key()
    person = UUID(default=None)
    key = Varchar(length=80)
    digest = Bytea()
    record = UUID(default=None)
    at = Timestamptz()
    once = Unique([person, key, digest])
