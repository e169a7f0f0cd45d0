"""Indexes that lists, searches and customer pages read by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:40"

CUSTOMERS = (
    "CREATE INDEX customer_by_name ON customer (name, id) WHERE deleted_at IS NULL",
    "CREATE INDEX customer_by_team ON customer (team, name, id) WHERE deleted_at IS NULL",
    "CREATE INDEX customer_by_owner ON customer (owner, name, id) WHERE deleted_at IS NULL",
    "CREATE INDEX customer_search ON customer USING gin (lower(name || ' ' || name_zh || ' ' || code) gin_trgm_ops)",
    "CREATE INDEX customer_search_han ON customer USING gin (han_grams(lower(name || ' ' || name_zh || ' ' || code)))",
)

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

PEOPLE = (
    "CREATE INDEX person_by_email ON person (lower(email))",
    "CREATE INDEX sign_in_attempt_by_email ON sign_in_attempt (lower(email), at DESC)",
    "CREATE INDEX sign_in_attempt_by_address ON sign_in_attempt (address, at DESC)",
    "CREATE INDEX account_member_now ON account_member (customer, position) WHERE until IS NULL",
)


async def forwards() -> MigrationManager:
    return statements(ID, "Indexes of lists and pages", *CUSTOMERS, *HISTORY, *PEOPLE)
