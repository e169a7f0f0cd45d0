"""Which customers a viewer sees. Every list, count, search, export and file goes through this one predicate."""

from __future__ import annotations

from kam.database.sql import Params
from kam.people.viewer import Viewer


def sees_customer(viewer: Viewer, params: Params, customer: str = "customer") -> str:
    """SQL that is true for the rows of `customer` (an alias of the table) that the viewer may see.

    Administrators see all; others the customers of their teams and of the teams below, those they own,
    and those on whose account team they serve.
    """
    if viewer.sees_all:
        return "TRUE"
    seen = [f"{customer}.owner = {params(viewer.id)}"]
    if viewer.teams:
        seen.append(f"{customer}.team = ANY({params(list(viewer.teams))})")
    if viewer.accounts:
        seen.append(f"{customer}.id = ANY({params(list(viewer.accounts))})")
    return f"({' OR '.join(seen)})"
