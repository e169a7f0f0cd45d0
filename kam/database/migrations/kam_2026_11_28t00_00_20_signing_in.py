"""Temporary passwords; guesses that are slowed down and told of, instead of locking accounts; a secret."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Bytea, Real, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-28T00:00:20"


class Guess(Table, tablename="guess"):
    id = UUID(default=NewId(), primary_key=True)
    account = Varchar(length=320)
    source = Varchar(length=120)
    tries = Real(default=0)
    at = Timestamptz()
    free_at = Timestamptz()
    once_per_source = Unique([account, source], name="once_per_source")


class Secret(Table, tablename="secret"):
    name = Varchar(length=40, primary_key=True)
    value = Bytea()


class Person(Table, tablename="person"):
    password_temporary = Boolean(default=False)
    password_set_at = Timestamptz(null=True, default=None)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    agent = Varchar(length=400)
    new_browser = Boolean(default=False)


async def forwards() -> MigrationManager:
    manager = new_tables(ID, "Signing in", Guess, Secret)
    for table in (Person, SignInAttempt):
        for column in table._meta.non_default_columns:
            manager.add_column(
                table_class_name=table.__name__,
                tablename=table._meta.tablename,
                column_name=column._meta.name,
                db_column_name=column._meta.db_column_name,
                column_class_name=type(column).__name__,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
