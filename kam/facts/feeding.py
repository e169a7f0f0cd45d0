"""Taking in facts that other systems measure: a credit rating, deposits, a change of usage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed
from kam.facts import refreshing, storing
from kam.facts.measured import NAMES
from kam.language import N_
from kam.workflow.actors import SYSTEM, Actor

# An administrator sees every customer; nobody else may write to all of them.
_FEEDERS = frozenset({SYSTEM.role, "administrator"})

_LARGEST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is one of `measured.NAMES`; the value is in the unit of that fact."""

    customer: UUID
    name: str
    value: Decimal
    measured_on: date


async def feed(rows: Iterable[Measure], *, by: Actor, now: datetime) -> int:
    """Takes in all of `rows` or none; returns how many were new or corrected, after bringing the facts up to date.

    The same customer, name and day again corrects the value; the last of several in `rows` counts. Raises NotAllowed,
    and Invalid with what is wrong by the number of the row (from 1).
    """
    if by.role not in _FEEDERS:
        raise NotAllowed(N_("Only an administrator may feed facts that were measured elsewhere."))
    measures = list(rows)
    _check(measures, by.as_of(now))
    async with DB.transaction():
        await _check_customers(measures)
        latest = {(row.customer, row.name, row.measured_on): row for row in measures}
        # In one order, whatever that of `rows`: two feeds at once would otherwise wait for each other.
        changed = await _write([latest[key] for key in sorted(latest)], by, now)
        touched = sorted(set(changed))
        if len(touched) <= storing.MANY:
            await storing.refresh_some(touched, as_of=by.as_of(now), now=now)
    if len(touched) > storing.MANY:
        await refreshing.refresh(as_of=by.as_of(now), now=now)
    return len(changed)


def _check(measures: Sequence[Measure], today: date) -> None:
    wrong = {str(number): fault for number, row in enumerate(measures, 1) if (fault := _fault(row, today))}
    if wrong:
        raise Invalid(wrong)


def _fault(row: Measure, today: date) -> str:
    if row.name not in NAMES:
        return N_("There is no measured fact of this name.")
    if not row.value.is_finite() or abs(row.value) >= _LARGEST:
        return N_("Give the value as a number of at most 14 digits before the point.")
    if row.measured_on > today:
        return N_("Give the day of the measurement; it cannot be after today.")
    return ""


async def _check_customers(measures: Sequence[Measure]) -> None:
    missing = await DB.fetch(
        """
        SELECT r.number FROM unnest($1::uuid[]) WITH ORDINALITY r (customer, number)
        WHERE NOT EXISTS (SELECT FROM customer c WHERE c.id = r.customer AND c.deleted_at IS NULL) ORDER BY r.number
        """,
        [row.customer for row in measures],
    )
    if missing:
        raise Invalid({str(row["number"]): N_("There is no such customer.") for row in missing})


async def _write(measures: Sequence[Measure], by: Actor, now: datetime) -> list[UUID]:
    """The customers of the values that were new or different. A correction keeps the moment of the first record, so
    that the facts of past days are corrected too."""
    rows = await DB.fetch(
        """
        INSERT INTO measured_fact (id, customer, name, value, measured_on, recorded_at, recorded_by)
        SELECT new_id(), r.customer, r.name, r.value, r.measured_on, $5, $6
        FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::date[]) r (customer, name, value, measured_on)
        ON CONFLICT (customer, name, measured_on) DO UPDATE
        SET value = excluded.value, recorded_by = excluded.recorded_by WHERE measured_fact.value <> excluded.value
        RETURNING customer
        """,
        [row.customer for row in measures],
        [row.name for row in measures],
        [round(row.value, 4) for row in measures],
        [row.measured_on for row in measures],
        now,
        by.id,
    )
    return [row["customer"] for row in rows]
