"""Files that the application made."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class Document(Table, db=DB):
    """`kind` says what it is (plan, failed_rows …), `subject` what it shows; `customer` decides who may read it.

    What it holds may be given up (`kam.documents.clearing`); that it was made, with its hash, is part of the history.
    """

    id = Key()
    kind = Varchar(length=40)
    subject = UUID(null=True, default=None, index=True)
    customer = UUID(null=True, default=None, index=True)
    name = Varchar(length=300)
    media_type = Varchar(length=100)
    content = Bytea(null=True)
    sha256 = Varchar(length=64)
    made_at = Timestamptz()
    made_by = UUID(null=True, default=None)
    cleared_at = Timestamptz(null=True, default=None)
