"""Every table of the application, for Piccolo's migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

# Each slice's tables may refer to those of the slices before it.
SLICES = (
    "people",
    "customers",
    "contacts",
    "interactions",
    "sales",
    "orders",
    "service",
    "competitors",
    "contracts",
    "quotations",
    "relationships",
    "plans",
    "records",
    "workflow",
    "facts",
    "documents",
    "jobs",
    "importing",
    "desk",
    "history",
)

APP_CONFIG = AppConfig(
    app_name="kam",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"kam.{slice_name}.tables" for slice_name in SLICES]),
)
