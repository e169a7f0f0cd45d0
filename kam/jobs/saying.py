"""Each process says once a minute that its machine is there, and is told what does not go together."""

from __future__ import annotations

import asyncio
import logging

from kam.jobs import crowding, machines
from kam.workflow.registry import Workflows

log = logging.getLogger(__name__)

_OFTEN = 60.0  # seconds


async def keep_saying(part: str, workflows: Workflows, connections: int | None = None) -> None:
    """Until it is cancelled. What differs, and that there is no room for all, is told in the log when it begins to."""
    told: list[str] = []
    while True:
        try:
            found = [str(one) for one in await machines.say(part, workflows, connections)]
            if crowded := await crowding.crowd():
                found.append(str(crowded))
            for one in found:
                if one not in told:
                    log.warning("%s", one)
            told = found
        except Exception as failure:  # pages and jobs go on without it
            log.warning("Could not say which workflow files are in force here: %s", failure)
        await asyncio.sleep(_OFTEN)
