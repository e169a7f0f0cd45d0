"""Finding what a step of a customer's workflow stands on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kam.customers.queries import alive, found
from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer


@dataclass(frozen=True, slots=True)
class Visible:
    """The instance of one workflow of a customer, and the customer's name."""

    instance: UUID
    name: str


async def visible_instance(viewer: Viewer, customer: UUID, workflow: str) -> Visible:
    """The instance of one workflow of a customer that the viewer sees. Raises NotFound."""
    params = Params(customer, workflow)
    row = found(
        await DB.fetchrow(
            f"""
            SELECT i.id, customer.name FROM customer
            LEFT JOIN workflow_instance i ON i.subject = customer.id AND i.workflow = $2
            WHERE customer.id = $1 AND {alive()} AND {sees_customer(viewer, params)}
            """,
            *params.values,
        )
    )
    if row["id"] is None:
        raise NotFound(f"The workflow “{workflow}” has not begun for this record.")
    return Visible(row["id"], row["name"])
