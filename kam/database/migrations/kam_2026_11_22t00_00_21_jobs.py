"""The tables of jobs as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, BigInt, Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:21"


class Work(Table, tablename="work"):
    id = UUID(default=NewId(), primary_key=True)
    kind = Varchar(length=40)
    title = Varchar(length=300)
    asked_by = UUID(default=None, null=True, index=True)
    state = Varchar(length=12, default="waiting")
    done = BigInt()
    total = BigInt(default=None, null=True)
    message = Text()
    input = JSONB()
    result = JSONB()
    document = UUID(default=None, null=True)
    cancel_asked = Boolean()
    asked_at = Timestamptz()
    started_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of jobs", Work)
