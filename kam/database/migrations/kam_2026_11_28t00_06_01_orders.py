"""Orders are records like others: they have a state of their workflow and a row among all records.

Where they stood is kept; at the next start each begins in the workflow in that state, and its history says so.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import searched, with_statements

ID = "2026-11-28T00:06:01"

ORDERS = (
    "DROP INDEX sales_order_by_day",
    # The next number of a day is found by how numbers begin, letter by letter; lists sort them as people do.
    "ALTER INDEX sales_order_by_number RENAME TO sales_order_by_beginning",
    "CREATE INDEX sales_order_by_number ON sales_order (number, id) WHERE deleted_at IS NULL",
    "CREATE INDEX sales_order_by_ordered_on ON sales_order (ordered_on, id) WHERE deleted_at IS NULL",
    "CREATE INDEX sales_order_by_total ON sales_order (total, id) WHERE deleted_at IS NULL",
    # What is never unknown is sorted by one index in both directions.
    "DROP INDEX quotation_by_total_down",
)
# An order is called by its number, which is not said twice.
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'order', customer, '', number, NULL, state, deleted_at, concat_ws(' ', '', number) FROM sales_order
"""
# What is renamed here is called so in the views that people keep, too.
VIEWS = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)(sort=-?|columns=|col=|)status(=|&|$)', '\1\2state\3', 'g')
WHERE list_name = 'orders' AND query ~ 'status'
"""
SORTED = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)sort=(-?)(state|customer|channel|cost)(&|$)', '\1\4')
WHERE list_name = 'orders' AND query ~ 'sort='
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Orders as records")
    manager.rename_column("Order", "sales_order", "status", "state", "status", "state")
    return with_statements(manager, *ORDERS, *searched("order"), ROWS, VIEWS, SORTED)
