"""Interactions as records, and their participants in an order: ours first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer
from piccolo.table import Table

from kam.database.migrating import new_columns, searched, with_statements

ID = "2026-11-28T00:07:10"


class Participant(Table, tablename="participant"):
    position = Integer(default=1)


IN_ORDER = """
UPDATE participant SET position = placed.position FROM (
    SELECT id, row_number() OVER (PARTITION BY interaction ORDER BY contact IS NOT NULL, id) AS position
    FROM participant
) placed WHERE placed.id = participant.id AND placed.position > 1
"""
ORDERS = (
    "CREATE INDEX interaction_by_at ON interaction (at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX interaction_by_next_step_on ON interaction (next_step_on, id) WHERE deleted_at IS NULL",
    "CREATE INDEX interaction_by_next_step_on_down ON interaction (next_step_on DESC NULLS LAST, id DESC)"
    " WHERE deleted_at IS NULL",
)
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'interaction', customer, '', purpose, NULL, '', deleted_at,
       concat_ws(' ', '', purpose, notes, outcome, next_step)
FROM interaction
"""
VIEWS = r"""
UPDATE saved_view
SET query = regexp_replace(query,
    '(^|&)sort=-?(purpose|customer|channel|feeling|by|next_step_by|hours)(?=&|$)', '\1', 'g')
WHERE list_name = 'interactions' AND query ~ 'sort='
"""


async def forwards() -> MigrationManager:
    manager = new_columns(ID, "Interactions as records", Participant)
    return with_statements(manager, IN_ORDER, *ORDERS, *searched("interaction"), ROWS, VIEWS)
