"""Where a request comes from: the visitor's address, whether the way is secure, and whether one of our pages asked.

Between visitor and us there may be proxies, whose word on all three is believed only if `KAM_PROXIES` names them. Of
the addresses that they hand on, the right-most that is no proxy of ours is the visitor: what stands left of it, anybody
could have written.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

import structlog
from litestar.types import HTTPScope

from kam.settings import Settings, read

log = structlog.get_logger()
_USUAL_PORTS = {"http": ":80", "https": ":443"}
Address = IPv4Address | IPv6Address


class Way(NamedTuple):
    """How a request came, as far as somebody who is believed tells it."""

    address: str
    scheme: str
    host: str


def way(scope: HTTPScope) -> Way:
    client = scope.get("client")
    peer = _address(client[0]) if client else None
    direct = Way(str(peer or ""), scope["scheme"], _header(scope, b"host"))
    if peer is None or not _is_proxy(peer):
        return direct
    standard, usual = _forwarded(scope, peer, direct), _x_forwarded(scope, peer, direct)
    if standard and usual and standard.address != usual.address:
        return direct  # one of the two was not written by the proxy, but handed through from the visitor
    return usual or standard or direct


def visitor_address(scope: HTTPScope) -> str:
    found = way(scope)
    peer = scope.get("client")
    if peer and found.address == peer[0] and _header(scope, b"x-forwarded-for") and len(_UNTRUSTED) < _MOST_NAMED:
        _name_untrusted(peer[0])
    return found.address


def _name_untrusted(peer: str) -> None:
    """Once for each: if it is a proxy of ours, all its visitors are taken for one, and guesses of one delay all."""
    if peer not in _UNTRUSTED:
        _UNTRUSTED.add(peer)
        log.warning("KAM_PROXIES does not name it, so what it says of visitors is not believed", proxy=peer)


_UNTRUSTED: set[str] = set()
_MOST_NAMED = 20  # anybody may write such a header


def is_secure(scope: HTTPScope) -> bool:
    """Whether cookies may travel by TLS alone, which a proxy in front may speak without telling us."""
    return _settings().secure_cookies or way(scope).scheme == "https"


def origins(scope: HTTPScope) -> frozenset[str]:
    """How a browser that sees our pages may name where it is. Without `KAM_ORIGIN` the host is all that is known of it,
    since a proxy that speaks TLS for us need not say so."""
    host, public = way(scope).host.lower(), _settings().origin
    if not host:
        return frozenset({public} - {""})
    own = {f"{scheme}://{host.removesuffix(port)}" for scheme, port in _USUAL_PORTS.items()}
    own = {origin for origin in own if not public or origin.partition(":")[2] != public.partition(":")[2]}
    return frozenset(own | ({public} - {""}))


def asked_from_here(scope: HTTPScope) -> bool | None:
    """Whether a page of ours asked, as the browser says, whom no page can make lie; None if it does not say.

    A proxy may change Host, and then Origin does not fit; browsers of today also say `Sec-Fetch-Site` (over TLS).
    """
    site, origin = _header(scope, b"sec-fetch-site"), _header(scope, b"origin")
    if site == "same-origin" or (origin and origin in origins(scope)):
        return True
    return False if origin or site in ("same-site", "cross-site") else None


@cache
def _settings() -> Settings:
    return read()


def _x_forwarded(scope: HTTPScope, peer: Address, direct: Way) -> Way | None:
    """`X-Forwarded-For` and its companions, of which many proxies write just one value for the whole way."""
    named = _list(scope, b"x-forwarded-for")
    schemes, hosts = _list(scope, b"x-forwarded-proto"), _list(scope, b"x-forwarded-host")
    if not (named or schemes or hosts):
        return None
    address, hops = _visitor(named, peer)
    return Way(address, _nth(schemes, hops, direct.scheme).lower(), _nth(hosts, hops, direct.host))


def _forwarded(scope: HTTPScope, peer: Address, direct: Way) -> Way | None:
    """`Forwarded: for="[2001:db8::1]:4711";proto=https;host=kam.example.com` (RFC 7239)."""
    steps = [dict(_pair(part) for part in step.split(";")) for step in _list(scope, b"forwarded")]
    if not steps:
        return None
    address, hops = _visitor([step.get("for", "") for step in steps], peer)
    told = steps[max(len(steps) - hops, 0)]
    return Way(address, told.get("proto", direct.scheme).lower(), told.get("host", direct.host))


def _visitor(named: list[str], peer: Address) -> tuple[str, int]:
    """The address of the visitor, and how many proxies of ours stand between."""
    nearest, hops = peer, 1
    for text in reversed(named):
        found = _address(text)
        if found is None:
            break
        if not _is_proxy(found):
            return str(found), hops
        nearest, hops = found, hops + 1
    return str(nearest), hops


def _nth(values: list[str], hops: int, otherwise: str) -> str:
    """Of a list that each proxy adds to at the right, what the one said who saw the visitor."""
    return values[max(len(values) - hops, 0)] if values else otherwise


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in _settings().proxies)


def _address(text: str) -> Address | None:
    """Also with a port, as some proxies write it; an IPv4 address in IPv6's clothes is the IPv4 address."""
    text = text.strip().strip('"')
    bare = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0] if "." in text else text
    try:
        found = ip_address(bare)
    except ValueError:
        try:
            found = ip_address(text)
        except ValueError:
            return None
    return getattr(found, "ipv4_mapped", None) or found


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _list(scope: HTTPScope, name: bytes) -> list[str]:
    """All values of a header that may come several times, the nearest proxy's last."""
    joined = ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)
    return [value.strip() for value in joined.split(",") if value.strip()]


def _header(scope: HTTPScope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
