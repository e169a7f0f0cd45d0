"""Contracts, and what customers are known by from them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:04:01"

CONTRACT = """
CREATE TABLE contract (
    id uuid PRIMARY KEY DEFAULT new_id(), number varchar(40) NOT NULL UNIQUE,
    customer uuid NOT NULL REFERENCES customer ON DELETE RESTRICT, title varchar(300) NOT NULL,
    product uuid REFERENCES product ON DELETE RESTRICT, starts_on date NOT NULL, ends_on date, notice_on date,
    value numeric(18, 2), currency varchar(3) NOT NULL DEFAULT 'EUR',
    renewal varchar(20) NOT NULL DEFAULT 'by_agreement', owner uuid REFERENCES person ON DELETE RESTRICT,
    notes text NOT NULL DEFAULT '', state varchar(60) NOT NULL, created_at timestamptz NOT NULL,
    created_by uuid REFERENCES person ON DELETE RESTRICT, updated_at timestamptz NOT NULL, deleted_at timestamptz,
    revision integer NOT NULL DEFAULT 1
)
"""
FACTS = """
ALTER TABLE customer_fact ADD COLUMN contracts_in_force integer NOT NULL DEFAULT 0,
                          ADD COLUMN days_to_next_notice integer, ADD COLUMN contract_days_left integer
"""
SEARCHED = (
    "CREATE INDEX record_contract_search ON record USING gin (search_text gin_trgm_ops)"
    " WHERE kind = 'contract' AND deleted_at IS NULL",
    "CREATE INDEX record_contract_search_han ON record USING gin (search_grams)"
    " WHERE kind = 'contract' AND deleted_at IS NULL",
)


async def forwards() -> MigrationManager:
    orders = [
        f"CREATE INDEX contract_by_{name} ON contract ({name}, id) WHERE deleted_at IS NULL"
        for name in ("title", "starts_on", "ends_on", "notice_on", "value")
    ]
    return statements(
        ID,
        "Contracts",
        "CREATE SEQUENCE contract_number",
        CONTRACT,
        "CREATE INDEX contract_by_customer ON contract (customer) WHERE deleted_at IS NULL",
        "CREATE INDEX contract_by_owner ON contract (owner) WHERE deleted_at IS NULL",
        *orders,
        *SEARCHED,
        FACTS,
    )
