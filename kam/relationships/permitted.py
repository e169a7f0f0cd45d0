"""Whether somebody may take a step, as SQL: finds all customers for which the engine would not say “not you”."""

from __future__ import annotations

from kam.database.sql import Params
from kam.people.roles import READ_ONLY
from kam.people.viewer import Viewer
from kam.relationships.positions import POSITIONS
from kam.workflow.definition import Transition
from kam.workflow.vocabulary import OWNER


def may_take(viewer: Viewer, params: Params, step: Transition, customer: str = "c", *, owner: str = "") -> str:
    """A condition over `customer` (an alias of the table): role or position lets the viewer take `step`. `owner` is SQL
    of who owns what it moves, where that is not the customer.

    Who wrote a plan or took the last step is for the caller to ask, as only the caller knows what the step moves.
    """
    if viewer.role == READ_ONLY:
        return "FALSE"
    ways = ["TRUE"] if viewer.role in step.roles else _holds(viewer, params, step.positions, customer, owner)
    against = [f"AND NOT {one}" for one in _holds(viewer, params, step.not_by, customer, owner)]
    return f"(({' OR '.join(ways) or 'FALSE'}) {' '.join(against)})"


def _holds(viewer: Viewer, params: Params, positions: frozenset[str], customer: str, owner: str) -> list[str]:
    """That the viewer has one of the positions."""
    owner = owner or f"{customer}.owner"
    found = [f"({owner} IS NOT DISTINCT FROM {params(viewer.id)})"] if OWNER in positions else []
    if held := sorted(positions & POSITIONS.keys()):
        found.append(
            f"EXISTS (SELECT FROM account_member m WHERE m.customer = {customer}.id AND m.person = {params(viewer.id)}"
            f" AND m.until IS NULL AND m.position = ANY({params(held)}))"
        )
    return found
