"""Whether the history is protected: triggers there and on, and whoever serves unable to turn them off."""

from __future__ import annotations

from kam.database import rights
from kam.database.engine import DB

# What the database itself refuses to change, each with the triggers that refuse it.
TRIGGERS = {
    "history_seal": ("history_seal_stays", "history_seal_is_kept"),
    "record_change": ("record_change_stays", "record_change_is_kept"),
    "document": ("document_cleared", "document_stays", "document_is_kept"),
    "plan_comment": ("plan_comment_stays", "plan_comment_is_kept"),
    "plan_version": ("plan_version_approved", "plan_version_stays", "plan_version_is_kept"),
    "workflow_definition": ("workflow_definition_stays", "workflow_definition_is_kept"),
    "workflow_instance": (
        "workflow_instance_begun", "workflow_instance_moved", "workflow_instance_stays", "workflow_instance_is_kept",
    ),
    "workflow_step": ("workflow_step_chained", "workflow_step_stays", "workflow_step_is_kept"),
}  # fmt: skip

ONE_ROLE = (
    "The database role {role} serves and owns the tables, so the history is protected by triggers only, which an owner "
    "can turn off. Serve with a role of its own and let KAM_OWNER_URL name the owner; the README has the lines."
)

_ON = """
SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')
"""


async def faults() -> list[str]:
    """Triggers that are missing or off, and rights that are not those declared, as sentences."""
    on = {row[0] for row in await DB.fetch(_ON)}
    role = await DB.fetchval("SELECT current_user")
    return [
        *(
            f"The history in {table} is not protected: its trigger {trigger} is missing or turned off. Turn it on with "
            f"ALTER TABLE {table} ENABLE TRIGGER {trigger}, or restore a backup; then run `kam verify`."
            for table, triggers in TRIGGERS.items()
            for trigger in triggers
            if f"{table}.{trigger}" not in on
        ),
        *(
            f"The database role {role} may do more or less with {table} than it should; `kam serve` puts it right."
            for table in await rights.wrong(role)
        ),
    ]


async def remarks() -> list[str]:
    """What works, but protects less than it could."""
    role = await DB.fetchval("SELECT current_user")
    return [ONE_ROLE.format(role=role)] if await rights.owns(role) else []
