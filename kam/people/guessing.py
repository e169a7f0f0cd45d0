"""Slowing down those who guess passwords, without locking out those who know them.

A try is counted before the password is looked at, in rows that are locked while it is, so that guessing in parallel
gains nothing; whoever was right gets it back. After some free tries each further one is heard only after a delay, which
doubles up to a bound. Counted are, for browsers that the account does not know:

- tries at one account from one network, where a stranger elsewhere never stands in the way of the person;
- tries from one network at whatever account, with a short delay, because a whole company may stand behind it;
- tries at one account from anywhere, against many networks at once; the first tries of each network are heard all the
  same, so that nobody can keep the person out from afar.

A browser that signed in to the account before is counted by itself alone. So is a session where the present password is
asked for once more: a stolen one must not become a guessing machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from kam.database.engine import DB
from kam.errors import DomainError


class Limit(NamedTuple):
    """`free` tries without delay; then 1, 2, 4 … seconds, at most `longest`. One try is forgotten every `memory`."""

    free: int
    longest: int
    memory: timedelta

    @property
    def most(self) -> int:
        """More tries than make the longest delay are not counted, or they would be remembered for days."""
        return self.free + self.longest.bit_length()

    def delay(self, tries: float) -> timedelta:
        beyond = int(tries) - self.free
        return timedelta(seconds=min(2**beyond, self.longest) if beyond >= 0 else 0)


HERE = Limit(5, 300, timedelta(minutes=10))
NETWORK = Limit(30, 10, timedelta(minutes=1))
ACCOUNT = Limit(20, 60, timedelta(minutes=5))
KNOWN = Limit(10, 300, timedelta(minutes=10))
HEARD_FROM_ANYWHERE = 3


@dataclass(frozen=True, slots=True, order=True)
class Counter:
    """What is counted together: tries of `account` from `source`; either may be empty, for all."""

    account: str
    source: str
    limit: Limit


class TriedTooOften(DomainError):
    """Too many wrong passwords; `seconds` until the next try is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries; wait {seconds} seconds.")
        self.seconds = seconds


def by_stranger(account: str, address: str) -> list[Counter]:
    network = network_of(address)
    return [Counter("", network, NETWORK), Counter(account, "", ACCOUNT), Counter(account, network, HERE)]


def by_browser(account: str, browser: str) -> list[Counter]:
    return [Counter(account, f"browser {browser}", KNOWN)]


def by_session(account: str) -> list[Counter]:
    return [Counter(account, "session", HERE)]


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address, all of which one household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


# What a crash loses of the last second of counting matters less than a disk that is kept busy by a flood.
_HASTY = "SET LOCAL synchronous_commit TO off"
_TAKEN = """
INSERT INTO guess (id, account, source, tries, at, free_at)
SELECT new_id(), account, source, 0, $3, $3 FROM unnest($1::text[], $2::text[]) AS counted (account, source)
ON CONFLICT (account, source) DO UPDATE SET account = excluded.account
RETURNING account, source, tries, at, free_at
"""
_COUNTED = """
UPDATE guess SET tries = counted.tries, at = $3, free_at = counted.free_at
  FROM unnest($1::text[], $2::text[], $4::real[], $5::timestamptz[]) AS counted (account, source, tries, free_at)
 WHERE (guess.account, guess.source) = (counted.account, counted.source)
"""
_GIVEN_BACK = """
WITH counted AS (
    SELECT id FROM guess WHERE (account, source) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY account, source FOR UPDATE
)
UPDATE guess SET tries = CASE WHEN guess.account <> '' AND guess.source <> '' THEN 0 ELSE greatest(tries - 1, 0) END,
                 free_at = least(free_at, $3)
  FROM counted WHERE guess.id = counted.id
"""


async def count(counters: Sequence[Counter], *, now: datetime) -> None:
    """Counts one try by all of them, or raises TriedTooOften and counts nothing."""
    counters = sorted(counters)  # one order for everybody, so that nobody waits for each other
    names = [[counter.account for counter in counters], [counter.source for counter in counters]]
    async with DB.transaction():
        await DB.execute(_HASTY)
        rows = {(row["account"], row["source"]): row for row in await DB.fetch(_TAKEN, *names, now)}
        found = [(counter, rows[counter.account, counter.source]) for counter in counters]
        if wait := _wait(found, now):
            _remember(found, now)
            raise TriedTooOften(max(1, int(wait.total_seconds()) + 1))
        tries = [min(_left(counter, row, now) + 1, counter.limit.most) for counter, row in found]
        free_at = [now + counter.limit.delay(number) for counter, number in zip(counters, tries, strict=True)]
        await DB.execute(_COUNTED, *names, now, tries, free_at)


async def give_back(counters: Sequence[Counter], *, now: datetime) -> None:
    """The try was right: it is not counted, and of this account nothing that was counted from the same place."""
    counters = sorted(counters)
    names = [[counter.account for counter in counters], [counter.source for counter in counters]]
    await DB.execute(_GIVEN_BACK, *names, now)


def refuse_early(counters: Sequence[Counter], *, now: datetime) -> None:
    """Raises TriedTooOften without asking the database, if it has just said so: a flood costs next to nothing."""
    until = max((_REFUSED.get((counter.account, counter.source), now) for counter in counters), default=now)
    if now < until <= now + _REMEMBERED:  # one that lies farther ahead was remembered by a wrong clock
        raise TriedTooOften(max(1, int((until - now).total_seconds()) + 1))


_REFUSED: dict[tuple[str, str], datetime] = {}
_REMEMBERED = timedelta(seconds=2)  # the row may have been given back meanwhile, by another process
_MOST = 10_000


def _remember(found: Sequence[tuple[Counter, Any]], now: datetime) -> None:
    if len(_REFUSED) >= _MOST:
        _REFUSED.clear()
    for counter, row in found:
        if counter.source and row["free_at"] > now:
            _REFUSED[counter.account, counter.source] = min(row["free_at"], now + _REMEMBERED)


def _wait(found: Sequence[tuple[Counter, Any]], now: datetime) -> timedelta:
    heard = any(c.account and c.source and _left(c, row, now) < HEARD_FROM_ANYWHERE for c, row in found)
    binding = [_delay(counter, row, now) for counter, row in found if counter.source or not heard]
    return max(timedelta(0), *binding)


def _delay(counter: Counter, row: Any, now: datetime) -> timedelta:
    """What is left of it; nothing of one that no count makes: the clock went wrong for a while and was set back."""
    left: timedelta = row["free_at"] - now
    return left if left <= timedelta(seconds=2 * counter.limit.longest) else timedelta(0)


def _left(counter: Counter, row: Any, now: datetime) -> float:
    """The tries that are not forgotten yet."""
    quiet: timedelta = max(timedelta(0), now - row["at"])
    return max(0.0, float(row["tries"]) - quiet / counter.limit.memory)
