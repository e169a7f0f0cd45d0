"""Everything that can be found wrong before somebody runs into it: files, migrations, history and fonts."""

from __future__ import annotations

from dataclasses import dataclass, field

from asyncpg import InsufficientPrivilegeError

from kam.database import protections
from kam.database.connecting import connected
from kam.database.migrating import pending, require_known
from kam.errors import DomainError, Unavailable
from kam.settings import Settings


@dataclass(slots=True)
class Checked:
    """Sentences: `faults` are to be mended, `remarks` are worth knowing."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


async def check_all(settings: Settings) -> Checked:
    checked = Checked(check_workflows() + check_fonts(settings))
    try:
        async with connected(settings, pool=2):
            checked.faults += await check_database()
            checked.remarks += await protections.remarks()
    except Unavailable as refusal:
        checked.faults.append(str(refusal))
    return checked


async def check_database() -> list[str]:
    """What is wrong with rights may keep all the rest from being looked at."""
    try:
        await require_known()
        waiting = await pending()
        if waiting:
            return [f"The database waits for migrations ({len(waiting)}); `kam serve` applies them."]
        return await protections.faults() + await check_standing() + await check_history()
    except InsufficientPrivilegeError:
        return await protections.faults()


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
