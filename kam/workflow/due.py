"""When the deadlines of a state fall due, as SQL: so long after it was entered, or before a date of the record.

What counts from a date counts back from the end of that day (UTC): `0 days` before the last day of a contract is the
moment at which that day is over. What counts from a date with a time counts back from just that. Names and lengths of
time come from checked definitions.
"""

from __future__ import annotations

from collections.abc import Collection

from kam.workflow.definition import Deadline, Definition, State
from kam.workflow.registry import current


def moment(deadline: Deadline, entered: str, row: str = "", *, exact: bool = False) -> str:
    """`entered` is SQL of when the state was, `row` the alias of the record's own row. NULL where the date is empty;
    `exact` says that it has a time."""
    if not deadline.of:
        return f"({entered}::timestamptz + interval '{deadline.after.total_seconds()} s')"
    end = f"{row}.{deadline.of}" if exact else f"({row}.{deadline.of} + 1)::timestamp AT TIME ZONE 'UTC'"
    return f"({end} - interval '{deadline.before.total_seconds()} s')"


def of_state(
    definition: Definition, state: State, entered: str, row: str = "", *, of: Collection[str] | None = None
) -> list[str]:
    """Tuples of workflow, state, name and moment, one for each deadline of a state; with `of` only for those that count
    from one of these dates."""
    kind = current().vocabulary.subjects.get(definition.subject)
    exact = kind.moments if kind else frozenset[str]()
    return [
        f"('{definition.name}', '{state.name}', '{deadline.name}',"
        f" {moment(deadline, entered, row, exact=deadline.of in exact)})"
        for deadline in state.deadlines
        if of is None or deadline.of in of
    ]


def listed(tuples: list[str]) -> str:
    """A relation `d` of them, which may be empty."""
    nothing = "SELECT NULL::text, NULL::text, NULL::text, NULL::timestamptz WHERE FALSE"
    rows = f"VALUES {', '.join(tuples)}" if tuples else nothing
    return f"({rows}) AS d(workflow, state, name, due_at)"
