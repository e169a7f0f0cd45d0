"""Why a server could not be reached, as a sentence that names the cause and what to do about it."""

from __future__ import annotations

import asyncio
import ssl

import asyncpg

from kam.database.addresses import place
from kam.database.pooling import REFUSED


def explain(error: BaseException, url: str | None) -> str | None:
    """None for what is no trouble of connecting. The sentence never holds the password that the address may have."""
    where = place(url)
    if isinstance(error, ssl.SSLError):
        return _of_certificate(error, where)
    if isinstance(error, asyncpg.InvalidPasswordError):
        return f"The database at {where} refused the user name or password. Check KAM_DATABASE_URL."
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return _of_admission(error, where)
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return f"The server at {where} has no such database. Create it, or correct KAM_DATABASE_URL."
    if isinstance(error, asyncpg.TooManyConnectionsError):
        return f"The database at {where} has no connection left. Raise its max_connections or lower KAM_POOL."
    if isinstance(error, asyncpg.CannotConnectNowError):
        return f"The database at {where} is starting or stopping. Try again in a moment."
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return f"None of the servers at {where} is one that target_session_attrs asks for. Look for the primary."
    if isinstance(error, ValueError | asyncpg.InterfaceError):
        return f"KAM_DATABASE_URL cannot be read ({_short(error)}). It looks like postgresql://user:password@host/name."
    if isinstance(error, ConnectionError) and "SSL" in str(error):
        return f"The server at {where} speaks no TLS, which sslmode in KAM_DATABASE_URL demands. Switch it on there."
    if isinstance(error, OSError | asyncio.TimeoutError):
        return f"No database answers at {where}. Start it, or correct KAM_DATABASE_URL."
    if isinstance(error, asyncpg.PostgresError) and "startup parameter" in str(error):
        return (
            f"A pooler stands before the database at {where} that takes no settings of a session ({_short(error)}). "
            "Let KAM_DATABASE_URL name the server itself: kam keeps a pool of its own."
        )
    if _is_of_pooler(error):
        return REFUSED.format(where=where)
    if isinstance(error, asyncpg.PostgresError):
        return f"The database at {where} refused the connection: {_short(error)}."
    return None


def _is_of_pooler(error: BaseException) -> bool:
    """A statement that was prepared on another session, or by somebody else on this one."""
    kinds = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
    return isinstance(error, kinds)


def _of_certificate(error: ssl.SSLError, where: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".")
        return (
            f"The certificate of the database at {where} is not accepted: {why}. Name the authority that issued it "
            "with sslrootcert in KAM_DATABASE_URL, and the host as the certificate has it."
        )
    return f"TLS with the database at {where} failed: {error.reason or _short(error)}. Check sslmode and certificates."


def _of_admission(error: asyncpg.PostgresError, where: str) -> str:
    said = str(error)
    if "no encryption" in said or "SSL off" in said:
        return (
            f"The server at {where} does not admit this user without TLS. Add sslmode=require (or verify-full) to "
            "KAM_DATABASE_URL, or a line for plain connections to its pg_hba.conf."
        )
    if "pg_hba.conf" in said:
        return f"The server at {where} admits no such user from this machine; add a line to its pg_hba.conf."
    return f"The database at {where} refused the user: {_short(error)}. Check KAM_DATABASE_URL."


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
