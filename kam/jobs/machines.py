"""Machines beside each other on one database: each says what it acts by, so that a difference is seen.

Two that follow different workflow files would both be right by their own, and take back what the other has done.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kam import VERSION
from kam.database.engine import DB
from kam.workflow.registry import Workflows

_SAY = """
INSERT INTO machine (name, version, workflows, connections, seen_at) VALUES ($1, $2, $3::jsonb, $4, now())
ON CONFLICT (name) DO UPDATE SET version = excluded.version, workflows = excluded.workflows,
       connections = excluded.connections, seen_at = now()
"""
# Both ways, as what was seen by a clock that ran ahead would otherwise stay until it gets there again.
_FORGET = "DELETE FROM machine WHERE seen_at NOT BETWEEN now() - interval '1 day' AND now() + interval '1 day'"
LIVING = "seen_at BETWEEN now() - interval '150 seconds' AND now() + interval '150 seconds'"
_OTHERS = f"""
SELECT name, version, workflows::text AS workflows FROM machine
WHERE {LIVING} AND (version <> $1 OR workflows <> $2::jsonb) ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Other:
    """A machine that acts by another version or by other `files` than this process."""

    name: str
    version: str
    files: tuple[str, ...]

    @property
    def what(self) -> str:
        return ", ".join((f"kam {self.version}", *self.files))

    def __str__(self) -> str:
        return (
            f"{self.name} acts on the same records by something else ({self.what}) than this machine (kam {VERSION}). "
            "Bring the same version and the same workflow files to all machines, then start them again."
        )


async def others(workflows: Workflows) -> list[Other]:
    """Whoever acts otherwise than we do, and was seen lately."""
    ours = _hashes(workflows)
    rows = await DB.fetch(_OTHERS, VERSION, json.dumps(ours))
    return [Other(row["name"], row["version"], _differing(ours, json.loads(row["workflows"]))) for row in rows]


async def say(part: str, workflows: Workflows, connections: int | None = None) -> list[Other]:
    """That this machine is there and may take so many connections; gives those who act otherwise."""
    await DB.execute(_FORGET)
    await DB.execute(_SAY, name_of(part), VERSION, json.dumps(_hashes(workflows)), connections)
    return await others(workflows)


def name_of(part: str) -> str:
    return f"{socket.gethostname()}, {part} of {Path(__file__).parents[2]}"[:200]


def _hashes(workflows: Workflows) -> dict[str, str]:
    return {name: definition.hash for name, definition in workflows.definitions.items()}


def _differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}.toml" for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name))
