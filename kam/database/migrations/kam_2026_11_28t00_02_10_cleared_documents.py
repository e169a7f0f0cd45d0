"""What a file holds may be given up, once; that it was made stays, as it was written."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Bytea, Timestamptz
from piccolo.table import Table

from kam.database.engine import DB
from kam.database.migrating import new_columns

ID = "2026-11-28T00:02:10"


class Document(Table, tablename="document"):
    cleared_at = Timestamptz(null=True, default=None)


CLEARED_ONCE = """
CREATE FUNCTION document_cleared_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cleared document := OLD;
BEGIN
    cleared.content := NULL;
    cleared.cleared_at := NEW.cleared_at;
    IF cleared IS DISTINCT FROM NEW OR OLD.content IS NULL OR NEW.cleared_at IS NULL THEN
        RAISE EXCEPTION 'A file is written once, and what it holds is given up once.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
# A table that a session makes for itself must not stand in for this one.
PLACED = """
DO $body$ BEGIN
    EXECUTE format('ALTER FUNCTION document_cleared_once() SET search_path = %I, pg_temp', current_schema());
END $body$
"""
TRIGGERS = (
    "DROP TRIGGER document_stays ON document",
    """
    CREATE TRIGGER document_stays BEFORE DELETE ON document FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER document_cleared BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION document_cleared_once()
    """,
)


async def forwards() -> MigrationManager:
    manager = new_columns(ID, "Cleared documents", Document)
    manager.alter_column(
        table_class_name="Document", tablename="document", column_name="content", db_column_name="content",
        params={"null": True}, old_params={"null": False}, column_class=Bytea, old_column_class=Bytea,
    )  # fmt: skip

    async def protect() -> None:
        for statement in (CLEARED_ONCE, PLACED, *TRIGGERS):
            await DB.execute(statement)

    manager.add_raw(protect)
    return manager
