"""The address of another server, KAM_DATABASE_URL: what is wrong with it as it is written, and each of its hosts.

Two libraries read it: libpq for the job queue, and asyncpg for everything else. Each takes what the other would refuse.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from kam.errors import Unavailable

_BOTH = {
    "application_name",
    "dbname",
    "host",
    "krbsrvname",
    "gsslib",
    "options",
    "passfile",
    "password",
    "port",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "target_session_attrs",
    "user",
}
# What libpq alone knows; asyncpg would hand it to the server as a setting, and be refused.
_OF_LIBPQ = {
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "sslcertmode",
    "sslcompression",
    "sslcrldir",
    "sslsni",
    "tcp_user_timeout",
}
_FORM = "It looks like postgresql://user:password@host:5432/name."


def check(url: str) -> None:
    """Raises Unavailable with a sentence that holds nothing of the password."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in ("postgresql", "postgres"):
        raise Unavailable(f"KAM_DATABASE_URL cannot be read: it does not begin with postgresql://. {_FORM}")
    _check_password(rest)
    for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if name not in _BOTH | _OF_LIBPQ:
            raise Unavailable(
                f"KAM_DATABASE_URL has a parameter “{name}”, which PostgreSQL's clients do not know. Settings of a "
                "session are given as options=-c%20name%3Dvalue."
            )


def _check_password(rest: str) -> None:
    place, _, _ = rest.partition("?")
    has_password = "@" in place or "/" not in place  # else the sign stands in a parameter
    before, _, _ = (place if "@" in place else rest if has_password else "").rpartition("@")
    signs = [sign for sign in "@/?#" if sign in before]
    if signs:
        written = " and ".join(f"“{sign}” as {quote(sign, safe='')}" for sign in signs)
        raise Unavailable(f"The password in KAM_DATABASE_URL has a sign that means something there. Write {written}.")
    if re.search(r"%(?![0-9A-Fa-f]{2})", before):
        raise Unavailable("The password in KAM_DATABASE_URL has a “%”. Write it as %25.")


def each_host(url: str) -> list[str]:
    """The address as asyncpg takes it, once for each host that it names, so that each has its own time to answer."""
    parts = urlsplit(url)
    said = {name: value for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _OF_LIBPQ}
    login, at, hosts = parts.netloc.rpartition("@")
    if "," in hosts:
        return [_with(parts, said, f"{login}{at}{host}") for host in hosts.split(",")]
    if "," in said.get("host", ""):
        ports = said.pop("port", "").split(",")
        named = enumerate(said.pop("host").split(","))
        return [_with(parts, _at(said, host, ports[min(place, len(ports) - 1)])) for place, host in named]
    return [_with(parts, said)]


def _at(said: dict[str, str], host: str, port: str) -> dict[str, str]:
    return {**said, "host": host, **({"port": port} if port else {})}


def _with(parts: SplitResult, said: dict[str, str], place: str | None = None) -> str:
    changed = parts._replace(query=urlencode(said, quote_via=quote))
    return (changed if place is None else changed._replace(netloc=place)).geturl()


def place(url: str | None) -> str:
    """Where a server is, without who asks it."""
    if url is None:
        return "the data folder"
    try:
        parts = urlsplit(url)
        said = dict(parse_qsl(parts.query))
        return f"{parts.hostname or said.get('host', 'localhost')}:{parts.port or said.get('port', 5432)}"
    except ValueError:
        return "the address in KAM_DATABASE_URL"
