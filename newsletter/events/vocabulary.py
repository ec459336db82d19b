"""One happening in one form, whoever told it. Django-free."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

KINDS = ("delivered", "deferred", "hard", "soft", "complaint", "unsubscribed")
MOST_RAW = 16_000  # signs kept of what the provider wrote
# RFC 3463: the address itself is wrong. All other permanent failures (full, too big, refused by a
# policy or for our own authentication) say nothing against the address: soft.
_HARD = re.compile(r"5\.1\.(?:0|1|2|3|4|6|10)|5\.2\.1|5\.4\.1|5\.4\.4")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_UNKNOWN = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient|mailbox)|no such (?:user|recipient|mailbox)"
    r"|does not exist|doesn't exist|mailbox (?:not found|unavailable)"
    r"|recipient (?:unknown|not found)"
    r"|invalid recipient|utilisateur inconnu|adresse inconnue"
    r"|adresse d au moins un destinataire invalide"
    r"|n['’]existe pas",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """`message_id` is ours when the provider kept it; `campaign` names the mailing as it does.

    `at` is aware. `key` is the provider's identifier of this event, or `fingerprint` of what
    makes it one.
    """

    kind: str
    key: str
    at: datetime
    address: str = ""
    message_id: str = ""
    campaign: str = ""
    code: int = 0  # SMTP reply code
    said: str = ""  # the server's own words
    raw: str = ""


def fingerprint(*parts: object) -> str:
    """SHA-256 of `parts`: the key of an event that carries no identifier."""
    return hashlib.sha256(
        "\0".join(map(str, parts)).encode("utf-8", "backslashreplace")
    ).hexdigest()


def enhanced(text: str) -> str:
    """The first RFC 3463 status in `text`, or empty."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def failure(status: str, code: int, said: str) -> str:
    """«hard» when the address is wrong for good, «soft» when only this message did not arrive.

    `status` is an RFC 3463 code or empty; without one (or 5.0.0) the server's words decide.
    """
    status = status if status and status != "5.0.0" else enhanced(said)
    if status and status != "5.0.0":
        return "hard" if _HARD.fullmatch(status) else "soft"
    temporary = 400 <= code < 500
    return "hard" if not temporary and _UNKNOWN.search(said) else "soft"
