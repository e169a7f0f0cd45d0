"""What a database cannot do for reasons that lie outside of kam, as a sentence for whoever can mend it."""

from __future__ import annotations

import asyncpg

from kam.database.retrying import CONTENTION
from kam.language import N_

CONTENDED = N_("Others were changing the same records at this moment. Wait a moment and try again.")

_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (asyncpg.DiskFullError, N_("The disk of the database is full. Nothing was changed. Make room and try again.")),
    (asyncpg.OutOfMemoryError, N_("The database has no memory left for this. Nothing was changed. Try again later.")),
    (asyncpg.ReadOnlySQLTransactionError, N_("The database can only be read now. Nothing was changed.")),
    (asyncpg.InsufficientPrivilegeError, N_("The database role lacks a right. Run kam check, which says which one.")),
    *((kind, CONTENDED) for kind in CONTENTION),
    (asyncpg.PostgresIOError, N_("The database cannot read or write its disk. Nothing was changed. Look at its log.")),
)

# What a page answers with these, rather than calling them faults of kam.
KNOWN = tuple(kind for kind, _ in _SENTENCES)


def sentence(error: BaseException) -> str | None:
    """A text to translate, or None for anything else, which is a fault of kam."""
    return next((text for kind, text in _SENTENCES if isinstance(error, kind)), None)


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
