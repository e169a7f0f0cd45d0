"""A backup: one file that holds the database as `pg_dump` writes it, the workflow files, and what it was made with."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kam.errors import Unavailable

DUMP = "database.dump"
_MANIFEST = "manifest.json"
_WORKFLOWS = "workflows/"
_DRAFT = ".unfinished-backup"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`version` is that of kam, `server` the major version of PostgreSQL, `made_at` a moment in ISO 8601."""

    version: str
    server: int
    made_at: str
    migrations: list[str]


@contextmanager
def written(file: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive, which gets its name only when it is complete. Raises Unavailable."""
    if file.exists():
        raise Unavailable(f"{file} exists already. Name another file, or move that one away.")
    draft = file.with_name(f".{file.name}.{os.getpid()}{_DRAFT}")
    try:
        _clear_away(file.parent)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with os.fdopen(descriptor, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as to:
            yield to
        draft.rename(file)
    except OSError as error:
        raise Unavailable(f"The backup could not be written to {file}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _clear_away(folder: Path) -> None:
    """Drafts of backups that were killed, each as large as a backup: those that nobody holds any more."""
    for left in folder.glob(f".*{_DRAFT}"):
        with left.open("rb") as draft, contextlib.suppress(BlockingIOError):
            fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def put(archive: zipfile.ZipFile, manifest: Manifest, workflows: Path) -> None:
    archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
    for path in sorted(workflows.glob("*.toml")):
        archive.write(path, _WORKFLOWS + path.name, zipfile.ZIP_DEFLATED)


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Raises Unavailable for what is no backup of kam's."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, Manifest(**json.loads(archive.read(_MANIFEST)))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{file} is no backup made by `kam backup`, or it is damaged.") from error
    except OSError as error:
        raise Unavailable(f"The backup {file} cannot be read: {error.strerror}.") from error


def differing_workflows(archive: zipfile.ZipFile, workflows: Path) -> dict[str, bytes]:
    """The workflow files of the backup that are not the same here, by name."""
    names = [name for name in archive.namelist() if name.startswith(_WORKFLOWS)]
    held = {Path(name).name: archive.read(name) for name in names}
    return {name: text for name, text in held.items() if _here(workflows / name) != text}


def _here(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
