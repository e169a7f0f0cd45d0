"""PostgreSQL's own programs for dumping and bringing back, and how they reach the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from kam.database.binaries import Binaries, find_clients
from kam.database.reaching import FOR_LIBPQ
from kam.errors import Unavailable
from kam.settings import Settings


def programs_for(settings: Settings, server: int) -> Binaries:
    """Not older than `server`, a major version. For a server on the network those of the system come first, because
    the ones that kam carries know no TLS. Raises Unavailable."""
    found = find_clients(settings.pg_bin, carried_first=not settings.database_url)
    fitting = [one for one in found if one.major >= server]
    if not fitting:
        raise Unavailable(
            f"The database is PostgreSQL {server}, and no pg_dump of that version was found. Install the client "
            "programs of PostgreSQL and name their folder with KAM_PG_BIN."
        )
    return fitting[0]


def reaching(url: str) -> tuple[str, Mapping[str, str]]:
    """The address without its password, and the environment that holds it, because all may read the arguments. A host
    that says nothing is given some seconds, if the address does not say otherwise."""
    parts = urlsplit(url)
    login, at, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    secret = {"PGPASSWORD": unquote(password)} if password else {}
    kept |= {"LC_ALL": "C", "PGCONNECT_TIMEOUT": FOR_LIBPQ["connect_timeout"]}
    return parts._replace(netloc=f"{user}{at}{place}").geturl(), {**kept, **secret}


def complaint(said: bytes) -> str:
    """What a program complained of: its last line that says error, or else its last."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if "error:" in line.lower() or "ERROR:" in line] or lines or ["it gave no reason"]
    return telling[-1].removesuffix(".") + "."
