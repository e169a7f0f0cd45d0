"""Plans as records: their state in their own row, who began each, and their row among all records."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_columns, searched, with_statements

ID = "2026-11-28T00:08:01"


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Plan(Table, tablename="plan"):
    state = Varchar(length=60, default="")
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)


STANDING = """
UPDATE plan SET state = i.state FROM workflow_instance i WHERE i.workflow = 'account_plan' AND i.subject = plan.id
"""
BEGUN = """
UPDATE plan SET created_by = coalesce((
    SELECT h.by FROM record_change h JOIN person ON person.id = h.by
    WHERE h.record = plan.id AND h.record_kind = 'plan' AND h.event = 'created' AND h.changes ? 'title'
    ORDER BY h.at LIMIT 1), author)
"""
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'plan', customer, '', title, NULL, state, deleted_at, title FROM plan
"""


async def forwards() -> MigrationManager:
    return with_statements(new_columns(ID, "Plans as records", Plan), STANDING, BEGUN, *searched("plan"), ROWS)
