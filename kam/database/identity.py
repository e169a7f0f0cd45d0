"""Which user the embedded server runs as: ourselves, or, since PostgreSQL refuses root, an unprivileged one."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kam.errors import Unavailable

_CANDIDATES = ("kam", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Identity:
    """`uid` and `gid` are None when the server runs as the user who started kam."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def borrowed(self) -> bool:
        return self.uid is not None

    def process_options(self) -> dict[str, Any]:
        """What `subprocess` needs to start a process as this user."""
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def require_access(self, folder: Path) -> None:
        """A server under another user must be able to walk down to its data."""
        if not self.borrowed:
            return
        for step in (folder, *folder.parents):
            if not self._may_enter(step):
                raise Unavailable(
                    f"The database runs as the user “{self.name}”, because PostgreSQL refuses root, and {self.name} "
                    f"cannot enter {step}. Name another data folder with KAM_DATA, or start kam as an ordinary user."
                )

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def choose_identity(folder: Path) -> Identity:
    """As root: whoever owns the data already, else a user kept for such work."""
    if os.geteuid() != 0:
        return Identity(str(os.geteuid()))
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return _identity(pwd.getpwuid(data.stat().st_uid))
    for name in _CANDIDATES:
        try:
            return _identity(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Unavailable("PostgreSQL does not run as root, and there is no user “nobody”. Start kam as an ordinary user.")


def _identity(entry: pwd.struct_passwd) -> Identity:
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)
