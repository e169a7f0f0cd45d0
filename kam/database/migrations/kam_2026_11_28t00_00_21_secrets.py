"""What signs the cookie by which a browser is known: made by the database, the same for all processes and machines."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:21"

# Two random UUIDs: 244 bits that nobody can guess.
MADE = """
INSERT INTO secret (name, value)
VALUES ('browsers', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))
ON CONFLICT DO NOTHING
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Secrets of the service", MADE)
