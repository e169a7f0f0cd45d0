"""In the views that people keep, the column of the stage is that of the state, as its filter already is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:05:04"

VIEWS = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)col=stage(&|$)', '\1col=state\2', 'g')
WHERE list_name = 'opportunities' AND query ~ 'col=stage'
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Chosen columns of opportunities", VIEWS)
