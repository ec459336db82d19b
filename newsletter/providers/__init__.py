"""Seam 2: who carries the mail.

Two shapes. A *relay* (SMTP) takes one ready message per recipient: the ledger is ours. A
*campaign* provider takes the letter and the list (later issues). Both are found by name here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from newsletter.exceptions import NotConfigured


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do."""

    per_recipient: bool = False  # one message each, through our ledger
    campaigns: bool = False
    schedule: bool = False
    events: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One ready message: envelope and bytes (CRLF lines)."""

    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the relay said of one message.

    accepted  250 after the final dot
    refused   permanent (5xx) for this recipient
    deferred  temporary (4xx), proven not accepted
    in_doubt  handed over, answer lost
    broken    nothing was handed over and the relay cannot be used now (connect, TLS, auth)
    """

    state: str
    code: int = 0
    reply: str = ""


class Relay(Protocol):
    """A provider that carries single messages. Used as a context manager: one connection."""

    name: str
    label: str
    capabilities: Capabilities

    def __enter__(self) -> Relay: ...
    def __exit__(self, *details: object) -> None: ...

    def carry(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """Offers one message. `before_data` is called once the recipient was accepted and before
        DATA: the caller commits «handed» there. Never raises for a relay's answer.
        """
        ...

    def check(self) -> Sequence[str]:
        """What is wrong with the configuration, in French; empty when it works."""
        ...


REGISTRY: dict[str, str] = {
    "smtp": "newsletter.providers.smtp:SmtpRelay",
    "folder": "newsletter.providers.folder:FolderRelay",
    "memory": "newsletter.providers.memory:MemoryRelay",
}


def load(name: str, options: Mapping[str, Any]) -> Relay:
    """The relay called `name`, configured by `options`; NotConfigured when it is unknown."""
    dotted = REGISTRY.get(name)
    if dotted is None:
        raise NotConfigured(f"Prestataire inconnu : {name}. Connus : {', '.join(REGISTRY)}.")
    module, _, attribute = dotted.partition(":")
    relay: Relay = getattr(import_module(module), attribute)(options)
    return relay
