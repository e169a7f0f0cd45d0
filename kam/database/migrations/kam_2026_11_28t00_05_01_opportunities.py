"""Opportunities as records: their stage is the state of a workflow, and each has its row among all records."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import searched, with_statements

ID = "2026-11-28T00:05:01"

# The words by which one is found are its name; what is renamed here is called so in the views that people keep, too.
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'opportunity', customer, '', name, owner, state, deleted_at, concat_ws(' ', '', name) FROM opportunity
"""
VIEWS = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)(sort=-?|columns=|)stage(=|&|$)', '\1\2state\3', 'g')
WHERE list_name = 'opportunities' AND query ~ 'stage'
"""
SORTED = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)sort=(-?)(stage|state|customer|probability|owner|updated_at)(&|$)', '\1\4')
WHERE list_name = 'opportunities' AND query ~ 'sort='
"""  # noqa: E501


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Opportunities as records")
    manager.rename_column(
        table_class_name="Opportunity",
        tablename="opportunity",
        old_column_name="stage",
        new_column_name="state",
        old_db_column_name="stage",
        new_db_column_name="state",
    )
    return with_statements(
        manager,
        "ALTER TABLE opportunity DROP COLUMN search_text, DROP COLUMN search_grams",
        "CREATE INDEX opportunity_by_name ON opportunity (name, id) WHERE deleted_at IS NULL",
        *(
            f"CREATE INDEX opportunity_by_{name}{down} ON opportunity ({name}{order}) WHERE deleted_at IS NULL"
            for name in ("amount", "expected_on", "closed_on")
            for down, order in (("", ", id"), ("_down", " DESC NULLS LAST, id DESC"))
        ),
        *searched("opportunity"),
        ROWS,
        VIEWS,
        SORTED,
    )
