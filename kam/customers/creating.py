"""Taking in a new customer: whose it is follows from who takes it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.kind import CUSTOMER
from kam.errors import Invalid, NotAllowed
from kam.language import N_
from kam.people.owning import ONLY_A_MANAGER, require_owner
from kam.people.viewer import Viewer
from kam.records.adding import add


async def create(
    values: Mapping[str, Any],
    *,
    by: Viewer,
    now: datetime,
    owner: UUID | None = None,
    team: UUID | None = None,
    key: str = "",
    remark: str = "",
) -> UUID:
    """The id of the new customer. Without a `code` it gets the next one of the rule C-000001.

    The creator becomes the owner, and the customer belongs to their team, unless somebody who may assign says
    otherwise. Raises as `add` does.
    """
    by.require(CUSTOMER.ability)
    whose = await _belonging(by, owner, team)
    return await add(CUSTOMER, values, by=by, now=now, key=key, remark=remark, reckoned=whose)


async def _belonging(by: Viewer, owner: UUID | None, team: UUID | None) -> dict[str, UUID | None]:
    if team is not None and not by.sees_all and team not in by.teams:
        raise Invalid({"team": N_("Choose one of your teams.")})
    if owner not in (None, by.id):
        if not by.may("assign_customers"):
            raise NotAllowed(ONLY_A_MANAGER)
        await require_owner(owner)
    return {"owner": owner or by.id, "team": team or (by.teams[0] if by.teams else None)}
