"""Bringing a database to the newest migration, once, however many kams start at the same time."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

from kam.database.engine import DB
from kam.database.refusals import of_migration
from kam.errors import Unavailable

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6B616D  # "kam"


async def migrate() -> list[str]:
    """Applies what is pending under an advisory lock; returns the ids that were applied."""
    if not await pending():
        return []
    link = await DB.get_new_connection()
    try:
        await link.execute("SELECT pg_advisory_lock($1)", _LOCK)
        waiting = await pending()
        if waiting:
            await _forwards()
        return waiting
    except asyncpg.PostgresError as error:
        refusal = of_migration(error, await link.fetchval("SELECT current_user"))
        if refusal is None:
            raise
        raise Unavailable(refusal) from error
    finally:
        await link.close()


async def pending() -> list[str]:
    if await DB.fetchval("SELECT to_regclass('migration')") is None:
        return known()
    applied = {row["name"] for row in await DB.fetch("SELECT name FROM migration WHERE app_name = 'kam'")}
    return [name for name in known() if name not in applied]


def known() -> list[str]:
    """The ids of all migrations, read from the files without importing them, so that a start is quick."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("kam_*.py"))
    return sorted(found[1] for text in texts if (found := re.search(r'^ID = "(.+)"$', text, re.M)))


async def _forwards() -> None:
    os.environ["PICCOLO_CONF"] = "kam.database.conf"
    from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager

    with contextlib.redirect_stdout(io.StringIO()):
        await ForwardsMigrationManager(app_name="kam").run()


def statements(migration_id: str, description: str, *sql: str) -> MigrationManager:
    """A migration written as SQL."""
    manager = MigrationManager(migration_id=migration_id, app_name="kam", description=description)

    async def run() -> None:
        for statement in sql:
            await DB.execute(statement)

    manager.add_raw(run)
    return manager


def new_tables(migration_id: str, description: str, *tables: type[Table]) -> MigrationManager:
    """A migration that creates tables, given as they stood when it was written."""
    manager = MigrationManager(migration_id=migration_id, app_name="kam", description=description)
    for table in tables:
        name, meta = table.__name__, table._meta
        manager.add_table(class_name=name, tablename=meta.tablename)
        for column in meta.non_default_columns:
            manager.add_column(
                table_class_name=name,
                tablename=meta.tablename,
                column_name=column._meta.name,
                db_column_name=column._meta.db_column_name,
                column_class_name=type(column).__name__,
                column_class=type(column),
                params=column._meta.params,
            )
        for constraint in meta.constraints:
            manager.add_constraint(
                table_class_name=name,
                tablename=meta.tablename,
                constraint_name=constraint._meta.name,
                constraint_class=type(constraint),
                params=constraint._meta.params,
            )
    return manager
