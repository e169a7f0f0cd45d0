"""One row for every record, by which it is found, named and listed beside all others, and the keys of forms."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Bytea, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables, with_statements

ID = "2026-11-28T00:04:00"


class Record(Table, tablename="record"):
    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=40)
    customer = UUID(default=None, null=True)
    number = Varchar(length=60)
    title = Text()
    owner = UUID(default=None, null=True)
    state = Varchar(length=60)
    deleted_at = Timestamptz(default=None, null=True)
    words = Text()


class Submission(Table, tablename="submission"):
    id = UUID(default=NewId(), primary_key=True)
    person = UUID(default=None)
    key = Varchar(length=80)
    digest = Bytea()
    record = UUID(default=None)
    at = Timestamptz()
    once = Unique([person, key, digest])


STATEMENTS = (
    "ALTER TABLE record ADD FOREIGN KEY (customer) REFERENCES customer, ADD FOREIGN KEY (owner) REFERENCES person",
    """
    ALTER TABLE record ADD COLUMN search_text text GENERATED ALWAYS AS (folded(words)) STORED,
                       ADD COLUMN search_grams text[] GENERATED ALWAYS AS (han_grams(folded(words))) STORED
    """,
    "CREATE INDEX record_by_customer ON record (customer, kind) WHERE deleted_at IS NULL",
    "CREATE INDEX record_by_owner ON record (owner) WHERE deleted_at IS NULL",
    "CREATE INDEX submission_by_time ON submission (at)",
)


async def forwards() -> MigrationManager:
    return with_statements(new_tables(ID, "One row for every record", Record, Submission), *STATEMENTS)
