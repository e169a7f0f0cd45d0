"""Indexes that lists, searches and customer pages read by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:40"

HISTORY = (
    "CREATE INDEX interaction_by_customer ON interaction (customer, at DESC)",
    "CREATE INDEX sales_order_by_customer ON sales_order (customer, ordered_on DESC)",
    "CREATE INDEX sales_order_by_day ON sales_order (ordered_on DESC, id) WHERE deleted_at IS NULL",
    "CREATE INDEX opportunity_by_customer ON opportunity (customer, closed_on)",
    "CREATE INDEX service_case_by_customer ON service_case (customer, opened_at DESC)",
    "CREATE INDEX service_case_by_day ON service_case (opened_at DESC, id) WHERE deleted_at IS NULL",
    "CREATE INDEX record_change_by_customer ON record_change (customer, at DESC)",
    "CREATE INDEX record_change_by_record ON record_change (record, at DESC)",
)

# Numbers begin with their day or year, so an index that compares letter by letter finds the next one whatever the
# collation, without looking at every order and every case there is.
NUMBERS = (
    "CREATE INDEX sales_order_by_number ON sales_order (number varchar_pattern_ops)",
    "CREATE INDEX service_case_by_number ON service_case (number varchar_pattern_ops)",
)
PRODUCTS = ("CREATE INDEX product_by_name ON product (name, id) WHERE active",)

# What somebody has agreed to do next is found by whose it is and when it is due, among millions of talks.
FOLLOW_UPS = (
    """
    CREATE INDEX interaction_to_follow_up ON interaction (coalesce(next_step_by, created_by), next_step_on)
    WHERE next_step <> '' AND next_step_done_at IS NULL AND deleted_at IS NULL
    """,
)

PEOPLE = (
    "CREATE INDEX person_by_email ON person (lower(email))",
    "CREATE INDEX sign_in_attempt_by_email ON sign_in_attempt (lower(email), at DESC)",
    "CREATE INDEX sign_in_attempt_by_address ON sign_in_attempt (address, at DESC)",
    "CREATE INDEX account_member_now ON account_member (customer, position) WHERE until IS NULL",
)


async def forwards() -> MigrationManager:
    return statements(ID, "Indexes of lists and pages", *HISTORY, *NUMBERS, *PRODUCTS, *FOLLOW_UPS, *PEOPLE)
