"""What states mean, as SQL: facts ask for the meaning of a state, at any date, and never for its name."""

from __future__ import annotations

from kam.workflow.definition import GOES_ON
from kam.workflow.registry import current

GOING_ON = "going_on"

# The state in which the instance `w` stood at the moment `{end}`, from its history if it has moved since.
STATE_THEN = """
    CASE WHEN w.entered_at < {end} THEN w.state ELSE coalesce(
        (SELECT s.to_state FROM workflow_step s
         WHERE s.instance = w.id AND s.at < {end} ORDER BY s.number DESC LIMIT 1),
        (SELECT s.from_state FROM workflow_step s WHERE s.instance = w.id ORDER BY s.number LIMIT 1)
    ) END
"""


def likely(workflow: str, state: str) -> str:
    """How likely what stands in `state`, which is SQL, comes to a good end, in per cent; NULL where no file says."""
    states = current().known_or_absent(workflow).states.values()
    said = [
        f"WHEN '{name}' THEN {one.likely}"
        for one in states
        if one.likely is not None
        for name in (one.name, *one.renamed_from)
    ]
    return f"CASE {state} {' '.join(said)} END" if said else "NULL::int"


def likely_in(workflow: str, state: str) -> int | None:
    return current().known_or_absent(workflow).state(state).likely


def states_that_mean(workflow: str, meaning: str) -> str:
    """A list for `IN`, with former names, under which the history has them; names come from checked definitions.
    `going_on` is what has not come to an end, whatever else it means."""
    meanings = GOES_ON if meaning == GOING_ON else (meaning,)
    names = current().known_or_absent(workflow).meaning(*meanings)
    return ", ".join(f"'{name}'" for name in names) or "NULL"
