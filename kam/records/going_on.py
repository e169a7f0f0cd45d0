"""Which records are still to be dealt with, of whatever kind: those whose state means so."""

from __future__ import annotations

from kam.records import catalogue
from kam.records.kind import Kind
from kam.workflow.definition import OPEN, WAITING
from kam.workflow.registry import current


def open_states(kind: Kind) -> tuple[str, ...]:
    """With former names."""
    return current().known_or_absent(kind.workflow).meaning(OPEN, WAITING) if kind.workflow else ()


def is_open(row: str) -> str:
    """SQL that is true for such rows of `record`; the names come from checked definitions."""
    listed = [(kind.name, "', '".join(open_states(kind))) for kind in catalogue.current().values()]
    parts = [f"({row}.kind = '{name}' AND {row}.state IN ('{states}'))" for name, states in listed if states]
    return f"({' OR '.join(parts)})" if parts else "FALSE"
