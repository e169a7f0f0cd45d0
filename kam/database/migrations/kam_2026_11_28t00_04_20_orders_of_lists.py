"""What lists of records are sorted by downwards, with the unknown last, and what one record is chosen by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:04:20"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Orders of lists",
        *(
            f"CREATE INDEX contract_by_{name}_down ON contract ({name} DESC NULLS LAST, id DESC)"
            " WHERE deleted_at IS NULL"
            for name in ("ends_on", "notice_on", "value")
        ),
        "CREATE INDEX record_by_number ON record (number, kind) WHERE number <> '' AND deleted_at IS NULL",
        "CREATE INDEX record_by_title ON record (left(title, 200), kind) WHERE deleted_at IS NULL",
    )
