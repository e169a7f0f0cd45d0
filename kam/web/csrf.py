"""Proof that a change was asked for from one of our own pages.

Every session has a secret derived from its cookie; pages carry it masked with fresh salt, so that a compressed page
gives nothing away. Plain forms send it as the field `_csrf`, scripts as the header `X-CSRF-Token`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets


def secret_for(cookie: str) -> bytes:
    return hashlib.sha256(b"csrf:" + cookie.encode()).digest()


def masked(secret: bytes) -> str:
    salt = secrets.token_hex(8)
    return salt + _mac(salt, secret)


def matches(token: str, secret: bytes) -> bool:
    salt, mac = token[:16], token[16:]
    return bool(secret) and hmac.compare_digest(_mac(salt, secret).encode(), mac.encode())


def _mac(salt: str, secret: bytes) -> str:
    return hmac.digest(secret, salt.encode(), "sha256").hex()[:40]
