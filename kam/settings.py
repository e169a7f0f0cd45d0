"""What the environment decides, read once at start; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from kam.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` holds the embedded database unless `database_url` names another; `pool` is connections per process, None
    for as many as the server has room for.

    `owner_url` is the same database as reached by the role that owns the tables, if that is not the one that serves.

    `metrics_token` is what a Prometheus shows to read /metrics; without one there is no such page.

    `origin` is where browsers find us (`https://kam.example.com`), `proxies` whose word on visitors is believed.
    """

    data: Path
    database_url: str | None = None
    owner_url: str | None = None
    pg_bin: Path | None = None
    pool: int | None = None
    secure_cookies: bool = False
    origin: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    metrics_token: str = ""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    env = os.environ if environment is None else environment
    origin = _origin(env)
    return Settings(
        data=_data_folder(env),
        database_url=env.get("KAM_DATABASE_URL") or None,
        owner_url=_owner_url(env),
        pg_bin=Path(env["KAM_PG_BIN"]) if env.get("KAM_PG_BIN") else None,
        pool=_pool(env),
        secure_cookies=_secure_cookies(env, origin),
        origin=origin,
        proxies=_proxies(env),
        metrics_token=_metrics_token(env),
    )


def _metrics_token(env: Mapping[str, str]) -> str:
    token = env.get("KAM_METRICS_TOKEN", "")
    if token and (len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token):
        raise Unavailable("KAM_METRICS_TOKEN must be at least 16 letters and digits; openssl rand -hex 16 makes one.")
    return token


def _owner_url(env: Mapping[str, str]) -> str | None:
    named = env.get("KAM_OWNER_URL") or None
    if named and not env.get("KAM_DATABASE_URL"):
        raise Unavailable("KAM_OWNER_URL belongs to a database that KAM_DATABASE_URL names. Set both or neither.")
    return named


def _data_folder(env: Mapping[str, str]) -> Path:
    """Root's data lie in /var/lib, because the database runs as another user, who cannot enter root's home."""
    if env.get("KAM_DATA"):
        return Path(env["KAM_DATA"]).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/kam")
    home = env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "kam"


def _pool(env: Mapping[str, str]) -> int | None:
    """Of fewer than three, one would listen, and two pages at a time would wait for the other two."""
    text = env.get("KAM_POOL", "")
    if text and (not text.isdecimal() or int(text) < 3):
        raise Unavailable(f"KAM_POOL must be a whole number of at least 3, but is “{text}”.")
    return int(text) if text else None


def _host(name: str) -> str:
    """As browsers write it. Raises ValueError for what is no host, such as two words."""
    host = name.encode("idna").decode()
    if not all(character.isalnum() or character in "-._:" for character in host):
        raise ValueError(name)
    return host


def _origin(env: Mapping[str, str]) -> str:
    """As browsers write it: scheme and host in small letters, a port only where it is not the usual one."""
    text = env.get("KAM_ORIGIN", "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        port, host = parts.port, _host(parts.hostname or "")
    except (ValueError, UnicodeError):
        parts, port, host = urlsplit(""), None, ""
    if parts.scheme not in _USUAL_PORTS or not host or parts.username or parts.path.strip("/") or "?" in text:
        raise Unavailable(f"KAM_ORIGIN must be an address such as https://kam.example.com, but is “{text}”.")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORTS[parts.scheme] else "")


_USUAL_PORTS = {"http": 80, "https": 443}


def _secure_cookies(env: Mapping[str, str], origin: str) -> bool:
    """Follows from the origin; to be said only without one. A contradiction would keep everybody from signing in."""
    said, scheme = env.get("KAM_SECURE_COOKIES"), origin.partition(":")[0]
    yes = _yes(env, "KAM_SECURE_COOKIES")
    if said and scheme and yes != (scheme == "https"):
        raise Unavailable(f"KAM_SECURE_COOKIES={said} contradicts KAM_ORIGIN={origin}. Leave KAM_SECURE_COOKIES out.")
    return yes or scheme == "https"


def _proxies(env: Mapping[str, str]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        named = tuple(ip_network(word) for word in env.get("KAM_PROXIES", "").replace(",", " ").split())
    except ValueError as error:
        raise Unavailable(
            f"KAM_PROXIES must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, but {error}."
        ) from None
    if any(network.prefixlen == 0 for network in named):
        raise Unavailable("KAM_PROXIES names every address; then any visitor could pretend to be another.")
    return named


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in ("", "0", "1", "no", "yes", "false", "true"):
        raise Unavailable(f"{name} must be yes or no, but is “{text}”.")
    return text in ("1", "yes", "true")
