"""Links that act for one reader and one purpose: opaque, hard to forge, never expiring.

A token is 30 bytes, written as 40 base64url signs (no padding, one width for everybody, so that a
ready message is filled in without being wrapped again):

    version (1) · subscription (5) · start of the address digest (8) · HMAC-SHA256 (16)

The HMAC key is derived from the purpose: a token of one purpose opens nothing else. The digest
keeps a token from acting on whoever got the same number after a restored backup.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 40
VERSION = 1
UNSUBSCRIBE, PREFERENCES, UNDO = "unsubscribe", "preferences", "undo"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says."""

    subscription: int
    digest: bytes  # the first 8 bytes of the address digest

    def matches(self, digest_hex: str) -> bool:
        """Is it about the reader whose address digest is `digest_hex`?"""
        return digest_hex.startswith(self.digest.hex())


def make(key: str, purpose: str, subscription: int, digest_hex: str) -> str:
    """The token of `purpose` for a subscription; `key` is the service's secret."""
    body = bytes([VERSION]) + subscription.to_bytes(5) + bytes.fromhex(digest_hex)[:8]
    return base64.urlsafe_b64encode(body + _mac(key, purpose, body)).decode("ascii")


def read(keys: Iterable[str], purpose: str, token: str) -> Claim | None:
    """The claim of `token` under any of `keys` (the current one, then retired ones), or None."""
    if len(token) != WIDTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:14], raw[14:]
    if body[0] != VERSION:
        return None
    genuine = [hmac.compare_digest(mac, _mac(key, purpose, body)) for key in keys]
    return Claim(int.from_bytes(body[1:6]), body[6:14]) if any(genuine) else None


def mark(key: str, *parts: str) -> str:
    """Sixteen hexadecimal signs that name `parts` and tell nobody what they were."""
    return _mac(key, "mark", "\0".join(parts).encode())[:8].hex()


def _mac(key: str, purpose: str, body: bytes) -> bytes:
    derived = hmac.digest(key.encode(), f"vigie.{purpose}".encode(), hashlib.sha256)
    return hmac.digest(derived, body, hashlib.sha256)[:16]
