"""What a person decides before an import: who stands behind it, and what fills the columns that the file lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kam.errors import Invalid
from kam.orders.kind import ORDER
from kam.people.owning import require_owner
from kam.people.viewer import Viewer
from kam.records import judging


@dataclass(frozen=True, slots=True)
class Settings:
    """`source` keeps the order numbers of two systems apart; `all_or_nothing` takes everything back if a line fails."""

    by: Viewer
    now: datetime
    team: UUID | None = None
    owner: UUID | None = None
    currency: str = "EUR"
    source: str = ""
    create_customers: bool = False
    keep_duplicates: bool = False
    all_or_nothing: bool = False
    dry_run: bool = False


async def check(settings: Settings) -> None:
    """What the form of a record would refuse as its owner or currency. Raises Invalid."""
    await require_owner(settings.owner)
    if fault := judging.fault(ORDER.by_name["currency"], settings.currency):
        raise Invalid({"currency": fault})
