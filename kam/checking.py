"""Everything that can be found wrong before somebody runs into it: files, migrations, history and fonts."""

from __future__ import annotations

from kam.database.connecting import connected
from kam.database.migrating import pending, require_known
from kam.errors import DomainError, Unavailable
from kam.settings import Settings


async def check_all(settings: Settings) -> list[str]:
    """Every fault as a sentence; an empty list means all is well."""
    faults = check_workflows() + check_fonts(settings)
    try:
        async with connected(settings, pool=2):
            return faults + await check_database()
    except Unavailable as refusal:
        return [*faults, str(refusal)]


async def check_database() -> list[str]:
    await require_known()
    waiting = await pending()
    if waiting:
        return [f"The database waits for migrations ({len(waiting)}); `kam serve` applies them."]
    return await check_standing() + await check_history()


async def check_standing() -> list[str]:
    """Records in states of which the workflow files say nothing."""
    from kam.workflow import registry, renaming

    workflows = registry.in_force()
    return [str(one) for one in await renaming.stuck(workflows)] if workflows else []


def check_workflows() -> list[str]:
    from kam.starting import put_in_force

    try:
        put_in_force()
    except DomainError as refusal:
        return str(refusal).splitlines()
    return []


def check_fonts(settings: Settings) -> list[str]:
    from kam.documents import fonts

    try:
        fonts.prepare(settings.data)
    except DomainError as refusal:
        return [str(refusal)]
    return []


async def check_history() -> list[str]:
    from kam.verifying import verify
    from kam.workflow import registry

    if registry.in_force() is None:
        return []
    return [f"{fault} Restore it from a backup." for fault in (await verify()).faults]
