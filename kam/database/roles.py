"""The roles of the embedded database: one owns the tables and migrates, one serves; the superuser only makes these two.

Neither may alter the server, and who serves owns nothing, so it can turn no trigger off. All three are reached through
the private socket alone: the roles divide what a fault of kam can do, not what the user of the machine can.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kam.database.binaries import Binaries
from kam.database.commands import last_words, run_as
from kam.database.identity import Identity
from kam.database.sockets import PORT
from kam.errors import Unavailable

SUPERUSER = "kam"
OWNER = "kam_owner"
SERVING = "kam_serving"
NAME = "kam"

_ROLES = "".join(
    f"SELECT 'CREATE ROLE {role} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
    for role in (OWNER, SERVING)
)
# Databases from before there were two roles belong to the superuser, with all that is in them but the extensions.
_HANDED_OVER = f"""
ALTER DATABASE {NAME} OWNER TO {OWNER};
SELECT format('ALTER SCHEMA %I OWNER TO {OWNER}', nspname)
FROM pg_namespace WHERE nspname = 'scratch' AND nspowner = '{SUPERUSER}'::regrole
UNION ALL
SELECT format('ALTER %s %s OWNER TO {OWNER}',
              CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
 AND c.relowner = '{SUPERUSER}'::regrole
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                 AND d.deptype IN ('e', 'a', 'i') AND (c.relkind = 'S' OR d.deptype = 'e'))
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO {OWNER}', p.oid::regprocedure)
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = '{SUPERUSER}'::regrole
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT format('ALTER TYPE %s OWNER TO {OWNER}', t.oid::regtype)
FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typnamespace = 'public'::regnamespace AND t.typowner = '{SUPERUSER}'::regrole
 AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
\\gexec
"""


def are_made(folder: Path) -> bool:
    return _mark(folder).exists()


def make(folder: Path, sockets: str, binaries: Binaries, identity: Identity) -> None:
    """The roles and the database, once; `createdb` says so when the database is there already."""
    if are_made(folder):
        return
    reached = ("-h", sockets, "-p", str(PORT), "-U", SUPERUSER)
    psql = (binaries.program("psql"), *reached, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-f", "-", "-d")
    _run(folder, identity, (*psql, "postgres"), _ROLES)
    _run(folder, identity, (binaries.program("createdb"), *reached, "-O", OWNER, NAME), but="already exists")
    _run(folder, identity, (*psql, NAME), _HANDED_OVER)
    _mark(folder).touch()


def _mark(folder: Path) -> Path:
    return folder / "data" / "kam.roles"


def _run(folder: Path, identity: Identity, command: Sequence[str], said: str = "", *, but: str = "") -> None:
    run = run_as(identity, command, said)
    if run.returncode and not (but and but in run.stderr):
        raise Unavailable(f"The database in {folder} could not be created: {last_words(run.stderr)}")
