"""What holds for the project as a whole."""

from __future__ import annotations

import os

from piccolo.apps.migrations.commands.new import AutoMigrationManager

from kam.database import migrating
from kam.database.app import APP_CONFIG
from kam.database.engine import DB


async def test_the_migrations_make_exactly_the_tables_that_the_code_declares():
    os.environ["PICCOLO_CONF"] = "kam.database.conf"
    found = await AutoMigrationManager(auto_input="y").get_alter_statements(app_config=APP_CONFIG)
    assert [statement for group in found for statement in group.statements] == []


async def test_every_column_of_the_tables_is_in_the_database(database):
    rows = await DB.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    there = {(row["table_name"], row["column_name"]) for row in rows}
    declared = {
        (table._meta.tablename, column._meta.db_column_name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
    }
    assert declared <= there


async def test_migrating_twice_changes_nothing(database):
    assert await migrating.pending() == []
    assert await migrating.migrate() == []
