"""A pooler before the server, such as PgBouncer: whether a connection through it is one session of the server.

kam listens for changes of people, keeps prepared statements and limits of time, and its queue of jobs waits for word of
new ones: all of that belongs to a session. Where each transaction gets another one, it would be lost without an error.
"""

from __future__ import annotations

from kam.database.engine import DB, Link
from kam.errors import Unavailable

_TRIES = 5

REFUSED = (
    "A pooler stands before the database at {where} that gives each transaction another session, so that what kam "
    "listens for, prepares and limits is lost. Set pool_mode = session there for kam, or let KAM_DATABASE_URL name the "
    "server itself: kam keeps a pool of its own."
)


async def check_session(where: str) -> None:
    """Raises Unavailable if two connections turn out to take turns on one session."""
    async with DB.connection() as link:
        if await _behind(link) == link.get_server_pid():
            return  # it is the server itself that we speak with
        other = await DB.get_new_connection()
        try:
            for _ in range(_TRIES):
                if await _behind(link) == await _behind(other):
                    raise Unavailable(REFUSED.format(where=where))
        finally:
            await other.close()


async def _behind(link: Link) -> int:
    pid: int = await link.fetchval("SELECT pg_backend_pid()")
    return pid
