"""The tables of relationships as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, ForeignKey, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:15"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class AccountMember(Table, tablename="account_member"):
    id = UUID(default=NewId(), primary_key=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict, index=True)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    position = Varchar(length=30)
    since = Date()
    until = Date(default=None, null=True)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of relationships", AccountMember)
