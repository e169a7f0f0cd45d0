"""What states mean, as SQL: facts ask for the meaning of a state, at any date, and never for its name."""

from __future__ import annotations

from kam.workflow.registry import current

# The state in which the instance `w` stood at the moment `{end}`, from its history if it has moved since.
STATE_THEN = """
    CASE WHEN w.entered_at < {end} THEN w.state ELSE coalesce(
        (SELECT s.to_state FROM workflow_step s
         WHERE s.instance = w.id AND s.at < {end} ORDER BY s.number DESC LIMIT 1),
        (SELECT s.from_state FROM workflow_step s WHERE s.instance = w.id ORDER BY s.number LIMIT 1)
    ) END
"""


def states_that_mean(workflow: str, meaning: str) -> str:
    """A list for `IN`, with former names, under which the history has them; names come from checked definitions."""
    names = current().known_or_absent(workflow).meaning(meaning)
    return ", ".join(f"'{name}'" for name in names) or "NULL"
