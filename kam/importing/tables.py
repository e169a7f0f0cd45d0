"""Files brought in from outside."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class ImportFile(Table, db=DB):
    """An uploaded file waiting for its mapping or already imported. `kind`: customers, orders, opportunities.

    `first` are the rows that its page shows.
    """

    id = Key()
    kind = Varchar(length=20)
    name = Varchar(length=300)
    content = Bytea()
    options = JSONB(default={})
    first = JSONB(null=True, default=None)
    mapping = JSONB(default={})
    work = UUID(null=True, default=None)
    uploaded_by = UUID(null=True, default=None, index=True)
    uploaded_at = Timestamptz()
