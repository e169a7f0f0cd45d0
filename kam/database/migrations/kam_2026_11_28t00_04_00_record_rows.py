"""One row for every record, by which it is found, named and listed beside all others, and the keys of forms."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:04:00"

RECORD = """
CREATE TABLE record (
    id uuid PRIMARY KEY, kind varchar(40) NOT NULL, customer uuid REFERENCES customer ON DELETE RESTRICT,
    number varchar(60) NOT NULL DEFAULT '', title text NOT NULL DEFAULT '',
    owner uuid REFERENCES person ON DELETE RESTRICT, state varchar(60) NOT NULL DEFAULT '', deleted_at timestamptz,
    words text NOT NULL DEFAULT '',
    search_text text GENERATED ALWAYS AS (folded(words)) STORED,
    search_grams text[] GENERATED ALWAYS AS (han_grams(folded(words))) STORED
)
"""
SUBMISSION = """
CREATE TABLE submission (
    id uuid PRIMARY KEY DEFAULT new_id(), person uuid NOT NULL, key varchar(80) NOT NULL, digest bytea NOT NULL,
    record uuid NOT NULL, at timestamptz NOT NULL, CONSTRAINT once UNIQUE (person, key, digest)
)
"""


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "One row for every record",
        RECORD,
        "CREATE INDEX record_by_customer ON record (customer, kind) WHERE deleted_at IS NULL",
        "CREATE INDEX record_by_owner ON record (owner) WHERE deleted_at IS NULL",
        SUBMISSION,
        "CREATE INDEX submission_by_time ON submission (at)",
    )
