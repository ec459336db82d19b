"""The addresses where providers post, and how they prove who they are.

Everything is derived from the secrets of `VIGIE_WEBHOOK_SECRETS` (else the service's key), the
current one first: while two are there, both doors are open, so that a provider can be moved from
one to the other without losing a notice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from newsletter.events.payloads import READERS

USER = "vigie"
MOST_BYTES = 1024 * 1024
SIGNED_WITHIN = timedelta(seconds=300)
_SIGNATURE = re.compile(r"t=(\d{1,12}),\s*v1=([0-9a-f]{64})")
# Those that can send a password with each notice. Mailchimp signs instead.
WITH_PASSWORD = ("brevo", "mailjet", "listmonk")


@dataclass(frozen=True, slots=True)
class Door:
    """One provider's way in, under one secret."""

    path: str
    password: str


def doors(provider: str) -> list[Door]:
    """The current one first. Empty for an unknown provider."""
    if provider not in READERS:
        return []
    secrets = settings.WEBHOOK_SECRETS[:2] or [settings.SECRET_KEY]
    return [Door(_part(one, provider, "path"), _part(one, provider, "password")) for one in secrets]


def _part(secret: str, provider: str, purpose: str) -> str:
    said = f"vigie.webhook.{purpose}.{provider}".encode()
    return hmac.digest(secret.encode(), said, hashlib.sha256).hex()[:40]


def knocks(provider: str, path: str) -> Door | None:
    """The door at `path`, every candidate compared in constant time."""
    found = None
    for door in doors(provider):
        if hmac.compare_digest(door.path.encode(), path.encode()):
            found = door
    return found


def opens(
    door: Door, provider: str, authorization: str, signature: str, body: bytes, now: datetime
) -> bool:
    """Did whoever posts prove it? `authorization` and `signature` are the headers as they came."""
    if provider in WITH_PASSWORD:
        return _password(authorization, door)
    keys = settings.MAILCHIMP_SIGNING_SECRETS
    return not keys or _signed(signature, keys, body, now)


def _password(authorization: str, door: Door) -> bool:
    scheme, _, said = authorization.strip().partition(" ")
    expected = door.password.encode()
    if scheme.lower() == "bearer":
        return hmac.compare_digest(said.strip().encode(), expected)
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(said.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, USER.encode() + b":" + expected)


def _signed(signature: str, keys: Iterable[str], body: bytes, now: datetime) -> bool:
    """`t=<seconds>,v1=<HMAC-SHA256 of «t.body»>`, at most five minutes old (Mailchimp)."""
    found = _SIGNATURE.fullmatch(signature.strip())
    if found is None or abs(now.timestamp() - int(found[1])) > SIGNED_WITHIN.total_seconds():
        return False
    said = found[1].encode() + b"." + body
    genuine = [
        hmac.compare_digest(hmac.digest(key.encode(), said, hashlib.sha256).hex(), found[2])
        for key in keys
    ]
    return any(genuine)
