"""Where the server's Unix socket lies: a folder only its user may enter, with a path short enough for the kernel."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from pathlib import Path

from kam.database.identity import Identity
from kam.errors import Unavailable

PORT = 5432
_LONGEST = 103  # bytes a socket's path may have (macOS; Linux allows 107)


def socket_folder_for(folder: Path, identity: Identity) -> str:
    """Beside the data, or under /tmp when that path is too long."""
    place = folder / "socket"
    if len(os.fsencode(_socket(str(place)))) > _LONGEST:
        mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        place = Path("/tmp") / f"kam-{mark}"
    _make_private(place, identity)
    return str(place)


def answers(socket_folder: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(_socket(socket_folder))
        except OSError:
            return False
    return True


def _make_private(place: Path, identity: Identity) -> None:
    """A folder that somebody else made in /tmp before us is refused, not used."""
    owner = identity.uid if identity.uid is not None else os.geteuid()
    try:
        place.mkdir(mode=0o700)
        identity.own(place)
    except FileExistsError:
        pass
    status = place.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner:
        raise Unavailable(f"The folder {place} for the database's socket belongs to somebody else. Remove it.")
    place.chmod(0o700)


def _socket(folder: str) -> str:
    return f"{folder}/.s.PGSQL.{PORT}"
