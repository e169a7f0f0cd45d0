"""What a database cannot do for reasons that lie outside of kam: a sentence for whoever can mend it, and what to do.

Some of it is over in a moment: the work is done again before anybody notices, where nothing of it was kept; see
`kam.database.retrying`. Of anything else somebody hears when it may be tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from asyncpg.exceptions import OutdatedSchemaCacheError
from asyncpg.exceptions._base import DataError as WrongValue

from kam.language import N_

CONTENDED = N_("Others were changing the same records at this moment. Wait a moment and try again.")
SILENT = N_("The database does not answer. Please try again in a moment.")
SLOW = N_("This took too long and was stopped. Please try again in a moment, or ask for less at once.")
CHANGED = N_("kam has just been brought to another version. Please try again.")
CROWDED = N_("More is asked of the database than it has connections for. Please try again in a moment.")


Kinds: TypeAlias = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """`again` is the seconds after which somebody may try, `passing` whether we do so ourselves at once, `gone` whether
    the connection is lost with it, so that nothing more can be written down."""

    kind: type[Exception]
    sentence: str
    again: int = 60
    passing: bool = False
    gone: bool = False


# The first that fits counts, so a narrower kind stands before a wider one.
TROUBLES = (
    Trouble(asyncpg.DeadlockDetectedError, CONTENDED, 1, passing=True),
    Trouble(asyncpg.SerializationError, CONTENDED, 1, passing=True),
    Trouble(asyncpg.LockNotAvailableError, CONTENDED, 1),
    Trouble(asyncpg.QueryCanceledError, SLOW, 5),
    Trouble(asyncpg.InvalidCachedStatementError, CHANGED, 1, passing=True),
    Trouble(OutdatedSchemaCacheError, CHANGED, 1, passing=True),
    Trouble(
        asyncpg.ReadOnlySQLTransactionError,
        N_("The database can only be read now. Nothing was changed."),
        passing=True,
    ),
    Trouble(asyncpg.TooManyConnectionsError, CROWDED, 5, gone=True),
    Trouble(asyncpg.OperatorInterventionError, SILENT, 5, passing=True, gone=True),
    Trouble(asyncpg.IdleInTransactionSessionTimeoutError, SLOW, 5, gone=True),
    Trouble(asyncpg.PostgresConnectionError, SILENT, 5, passing=True, gone=True),
    Trouble(WrongValue, SILENT, 5),  # a fault of ours, which no repetition mends
    Trouble(asyncpg.InterfaceError, SILENT, 5, passing=True, gone=True),
    Trouble(asyncpg.InternalClientError, SILENT, 5, passing=True, gone=True),
    Trouble(ConnectionError, SILENT, 5, passing=True, gone=True),
    Trouble(TimeoutError, SILENT, 5, gone=True),
    Trouble(
        asyncpg.DiskFullError, N_("The disk of the database is full. Nothing was changed. Make room and try again.")
    ),
    Trouble(
        asyncpg.OutOfMemoryError, N_("The database has no memory left for this. Nothing was changed. Try again later.")
    ),
    Trouble(
        asyncpg.InsufficientPrivilegeError,
        N_("The database role lacks a right. Run kam check, which says which one."),
    ),
    Trouble(
        asyncpg.PostgresIOError,
        N_("The database cannot read or write its disk. Nothing was changed. Look at its log."),
    ),
)
# What a page answers with these, rather than calling them faults of kam.
KNOWN: Kinds = tuple(trouble.kind for trouble in TROUBLES)
PASSING: Kinds = tuple(trouble.kind for trouble in TROUBLES if trouble.passing)
GONE: Kinds = (OSError, *(trouble.kind for trouble in TROUBLES if trouble.gone))


def trouble(error: BaseException) -> Trouble | None:
    return next((one for one in TROUBLES if isinstance(error, one.kind)), None)


def passes(error: BaseException) -> bool:
    """Whether it is worth doing the same again at once."""
    found = trouble(error)
    return bool(found and found.passing)


def sentence(error: BaseException) -> str | None:
    """A text to translate, or None for anything else, which is a fault of kam."""
    found = trouble(error)
    return found.sentence if found else None


def of_migration(error: BaseException, role: str) -> str | None:
    """The sentence for a database that does not let its tables be made."""
    if isinstance(error, asyncpg.InsufficientPrivilegeError) and "extension" in str(error):
        return (
            f"The database role {role} may not add the extension pg_trgm. Let an administrator of the server run, in "
            "this database: CREATE EXTENSION pg_trgm;"
        )
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return (
            f"The database role {role} may not create tables here. Make it the owner of its database, or let "
            "KAM_OWNER_URL name the role that is."
        )
    if isinstance(error, asyncpg.FeatureNotSupportedError | asyncpg.UndefinedFileError) and "extension" in str(error):
        return f"The database server lacks an extension ({error}). Install the contrib package of PostgreSQL there."
    return sentence(error)
