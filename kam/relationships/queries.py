"""Finding what a step of a customer's workflow stands on."""

from __future__ import annotations

from uuid import UUID

from kam.customers.queries import NO_SUCH_CUSTOMER, alive
from kam.database.sql import Params
from kam.errors import NotFound
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.instances import Held, look


async def visible_instance(viewer: Viewer, customer: UUID, workflow: str, *, request: str | None = None) -> Held:
    """The instance of one workflow of a customer that the viewer sees. Raises NotFound."""
    params = Params(customer, workflow)
    seen = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {alive()} AND {sees_customer(viewer, params)})"
    held = await look(f"i.subject = $1 AND i.workflow = $2 AND {seen}", *params.values, request=request)
    if not held:
        raise NotFound(NO_SUCH_CUSTOMER)
    return held[0]
