"""What people are told of tries to sign in to their account that may not have been theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kam.database.columns import new_id
from kam.database.engine import DB

TOLD_OF = timedelta(days=30)
_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Strange:
    """By browsers that the account did not know: tries that failed since one last signed in, and the latest sign-in."""

    failed: int = 0
    since: datetime | None = None
    addresses: tuple[str, ...] = ()
    browser: str | None = None
    browser_address: str = ""
    browser_at: datetime | None = None


async def note(account: str, *, address: str, agent: str, now: datetime, succeeded: bool, new_browser: bool) -> None:
    await DB.execute(
        "INSERT INTO sign_in_attempt (id, email, address, agent, at, succeeded, new_browser)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        account,
        address[:60],
        agent[:400],
        now,
        succeeded,
        new_browser,
    )


async def strange(account: str, *, since: datetime | None, now: datetime) -> Strange:
    """Since the browser's last sign-in; for a browser that has none, since the account's. Before this try is noted."""
    since = since or await DB.fetchval(
        "SELECT max(at) FROM sign_in_attempt WHERE lower(email) = $1 AND succeeded AND at < $2", account, now
    )
    first = max(since or now - TOLD_OF, now - TOLD_OF)
    row = await DB.fetchrow(
        "SELECT count(*) AS failed, min(at) AS since, array_agg(DISTINCT address) AS addresses"
        " FROM sign_in_attempt WHERE lower(email) = $1 AND at > $2 AND at <= $3 AND new_browser AND NOT succeeded",
        account,
        first,
        now,
    )
    latest = await DB.fetchrow(
        "SELECT agent, address, at FROM sign_in_attempt"
        " WHERE lower(email) = $1 AND at > $2 AND at <= $3 AND new_browser AND succeeded ORDER BY at DESC LIMIT 1",
        account,
        first,
        now,
    )
    assert row is not None
    found = Strange(row["failed"], row["since"], _few(row["addresses"] or []))
    if latest is None:
        return found
    return Strange(found.failed, found.since, found.addresses, latest["agent"], latest["address"], latest["at"])


async def lately(account: str, *, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Of the last thirty days, the latest first: what failed, by address, and each sign-in from a new browser."""
    return await DB.fetch(
        "SELECT succeeded, address, CASE WHEN succeeded THEN agent ELSE '' END AS agent, count(*) AS number,"
        " min(at) AS since, max(at) AS at FROM sign_in_attempt"
        " WHERE lower(email) = $1 AND at > $2 AND new_browser"
        " GROUP BY 1, 2, 3, CASE WHEN succeeded THEN id END ORDER BY at DESC LIMIT 20",
        account.lower(),
        now - TOLD_OF,
    )


def _few(addresses: Sequence[str]) -> tuple[str, ...]:
    few = tuple(address or "?" for address in addresses[:_ADDRESSES])
    return (*few, "…") if len(addresses) > _ADDRESSES else few
