"""What the environment decides, read once at start; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kam.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` holds the embedded database unless `database_url` names another; `pool` is connections per process."""

    data: Path
    database_url: str | None = None
    pg_bin: Path | None = None
    pool: int = 16
    secure_cookies: bool = False


def read(environment: Mapping[str, str] | None = None) -> Settings:
    env = os.environ if environment is None else environment
    return Settings(
        data=_data_folder(env),
        database_url=env.get("KAM_DATABASE_URL") or None,
        pg_bin=Path(env["KAM_PG_BIN"]) if env.get("KAM_PG_BIN") else None,
        pool=_positive(env, "KAM_POOL", 16),
        secure_cookies=_yes(env, "KAM_SECURE_COOKIES"),
    )


def _data_folder(env: Mapping[str, str]) -> Path:
    """Root's data lie in /var/lib, because the database runs as another user, who cannot enter root's home."""
    if env.get("KAM_DATA"):
        return Path(env["KAM_DATA"]).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/kam")
    home = env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "kam"


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise Unavailable(f"{name} must be a whole number of at least 1, but is “{text}”.")
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in ("", "0", "1", "no", "yes", "false", "true"):
        raise Unavailable(f"{name} must be yes or no, but is “{text}”.")
    return text in ("1", "yes", "true")
