"""What was approved, printed, said or in force is written once; an approval is added to a version once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:72"

INSERTED_ONLY = ("workflow_definition", "document")
KEPT = (*INSERTED_ONLY, "plan_comment", "plan_version")

APPROVED_ONCE = """
CREATE FUNCTION plan_version_approved_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before plan_version := OLD;
BEGIN
    before.approved_at := NEW.approved_at;
    before.approved_by := NEW.approved_by;
    IF before IS DISTINCT FROM NEW OR OLD.approved_at IS NOT NULL OR OLD.approved_by IS NOT NULL
       OR NEW.approved_at IS NULL OR NEW.approved_by IS NULL
    THEN
        RAISE EXCEPTION 'A version of a plan is written once and approved once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
APPROVED = """
CREATE TRIGGER plan_version_approved BEFORE UPDATE ON plan_version
    FOR EACH ROW EXECUTE FUNCTION plan_version_approved_once()
"""
NOT_DELETED = """
CREATE TRIGGER plan_version_stays BEFORE DELETE ON plan_version FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""


def _stays(table: str) -> str:
    return f"""
        CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """


def _is_kept(table: str) -> str:
    return f"""
        CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """


async def forwards() -> MigrationManager:
    triggers = (*map(_stays, INSERTED_ONLY), *map(_is_kept, KEPT))
    return statements(ID, "Written once", APPROVED_ONCE, APPROVED, NOT_DELETED, *triggers)
