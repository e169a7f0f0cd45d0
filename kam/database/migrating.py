"""Bringing a database to the newest migration, once, however many kams start at the same time."""

from __future__ import annotations

import contextlib
import io
import os
import re
from importlib import import_module
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.table import Table

from kam import VERSION
from kam.database.engine import DB
from kam.database.refusals import of_migration, passes
from kam.errors import Unavailable

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6B616D  # "kam"


async def migrate() -> list[str]:
    """Applies what is pending under an advisory lock; returns the ids that were applied.

    Each migration and the note that it was applied are one transaction, so it can be killed at any moment and the next
    start goes on. Raises Unavailable if the database was written by a newer kam, or if a migration fails.
    """
    await require_known()
    if not await pending():
        return []
    link = await DB.get_new_connection()
    try:
        await link.execute("SELECT pg_advisory_lock($1)", _LOCK)
        os.environ["PICCOLO_CONF"] = "kam.database.conf"  # where Piccolo looks for the engine
        await Migration.create_table(if_not_exists=True).run()
        waiting = await pending()
        for name in waiting:
            await _apply(name)
        return waiting
    except asyncpg.PostgresError as error:
        refusal = of_migration(error, await link.fetchval("SELECT current_user"))
        if refusal is None or passes(error):
            raise
        raise Unavailable(refusal) from error
    finally:
        await link.close()


async def _apply(name: str) -> None:
    module = import_module(f"kam.database.migrations.{_files()[name].stem}")
    try:
        async with DB.transaction():
            manager: MigrationManager = await module.forwards()
            with contextlib.redirect_stdout(io.StringIO()):
                await manager.run()
            await Migration.insert(Migration(name=name, app_name="kam")).run()
            await DB.execute(f"COMMENT ON TABLE migration IS 'kam {VERSION}'")
    except asyncpg.PostgresError as error:
        if of_migration(error, ""):
            raise
        raise Unavailable(
            f"The database could not be brought up to date: the migration “{manager.description}” ({name}) failed, and "
            f"nothing of it was kept: {error}. Do not use an older kam on it meanwhile; report this sentence."
        ) from error


async def pending() -> list[str]:
    done = await applied()
    return [name for name in known() if name not in done]


async def require_known() -> None:
    """Raises Unavailable if the database has migrations that this kam does not know."""
    if await applied() <= _files().keys():
        return
    table = "SELECT obj_description(to_regclass('migration'), 'pg_class')"
    writer = await DB.fetchval(table) or "a newer kam"
    raise Unavailable(
        f"The database was written by {writer}; this is kam {VERSION}, which does not know everything in it. "
        "Start the newer one, or name another folder with KAM_DATA."
    )


async def applied() -> set[str]:
    """The ids of the migrations that this database has."""
    if await DB.fetchval("SELECT to_regclass('migration')") is None:
        return set()
    return {row["name"] for row in await DB.fetch("SELECT name FROM migration WHERE app_name = 'kam'")}


def known() -> list[str]:
    """The ids of all migrations in their order."""
    return sorted(_files())


def _files() -> dict[str, Path]:
    """The file of each id, read without importing it, so that a start is quick."""
    texts = ((path.read_text(encoding="utf-8"), path) for path in FOLDER.glob("kam_*.py"))
    return {found[1]: path for text, path in texts if (found := re.search(r'^ID = "(.+)"$', text, re.M))}


def statements(migration_id: str, description: str, *sql: str) -> MigrationManager:
    """A migration written as SQL."""
    return with_statements(MigrationManager(migration_id=migration_id, app_name="kam", description=description), *sql)


def with_statements(manager: MigrationManager, *sql: str) -> MigrationManager:
    """The same migration with SQL that runs after what it makes; Piccolo itself would run it before."""
    make = manager.run

    async def run(backwards: bool = False) -> None:
        await make(backwards)
        for statement in sql:
            await DB.execute(statement)

    manager.run = run  # type: ignore[method-assign]
    return manager


def new_tables(migration_id: str, description: str, *tables: type[Table]) -> MigrationManager:
    """A migration that creates tables, given as they stood when it was written."""
    manager = MigrationManager(migration_id=migration_id, app_name="kam", description=description)
    for table in tables:
        name, meta = table.__name__, table._meta
        manager.add_table(class_name=name, tablename=meta.tablename)
        _add_columns(manager, table)
        for constraint in meta.constraints:
            manager.add_constraint(
                table_class_name=name,
                tablename=meta.tablename,
                constraint_name=constraint._meta.name,
                constraint_class=type(constraint),
                params=constraint._meta.params,
            )
    return manager


def new_columns(migration_id: str, description: str, *tables: type[Table]) -> MigrationManager:
    """A migration that adds columns to tables that exist; the classes hold the new ones only."""
    manager = MigrationManager(migration_id=migration_id, app_name="kam", description=description)
    for table in tables:
        _add_columns(manager, table)
    return manager


def _add_columns(manager: MigrationManager, table: type[Table]) -> None:
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


def searched(kind: str) -> tuple[str, ...]:
    """The indexes by which records of a kind are found by their words."""
    there = f"WHERE kind = '{kind}' AND deleted_at IS NULL"
    return (
        f"CREATE INDEX record_{kind}_search ON record USING gin (search_text gin_trgm_ops) {there}",
        f"CREATE INDEX record_{kind}_search_han ON record USING gin (search_grams) {there}",
    )
