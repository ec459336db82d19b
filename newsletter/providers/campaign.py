"""The campaign half of seam 2: the provider keeps the list and sends the letter.

Every act has three outcomes, which a caller cannot mix up: it returns (done), raises ProviderError
(refused: proven that nothing happened; `permanent` says whether trying again helps) or raises
InDoubt (the answer was lost: look before anything is asked again, never repeat by yourself).

No provider knows idempotency keys. So the key of an issue is written into the campaign, looked up
before anything is created and after a lost answer; and what the provider holds is read back and
compared with what was approved before a test, a schedule or a send.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from newsletter.exceptions import ProviderError
from newsletter.letter import JOINER, PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN, Address, Letter
from newsletter.providers import Capabilities

State = Literal["draft", "scheduled", "sending", "paused", "sent", "cancelled"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was approved, and for whom."""

    key: str  # eight hexadecimal signs that name installation and issue
    title: str  # «Lettre mensuelle · LM-2026-12»; the adapter adds the key
    letter: Letter
    sender: Address
    reply_to: str
    audience: str  # the provider's list

    @property
    def name(self) -> str:
        """The campaign's name at the provider: a person recognises it, and so do we."""
        return f"{self.title} #{self.key}"


@dataclass(frozen=True, slots=True)
class Audience:
    """A list at the provider."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Totals only: nobody's opening is counted."""

    audience: int
    sent: int
    bounced: int


@dataclass(frozen=True, slots=True)
class Contacts:
    """What became of contacts that were given: `left` had unsubscribed and stay so."""

    added: int
    already: int
    left: int


class Campaign(Protocol):
    """A provider that sends to its own list. See the three outcomes above."""

    name: str
    label: str
    capabilities: Capabilities
    grid: int  # sends start on a multiple of so many minutes of the hour

    def check(self) -> Sequence[str]:
        """What is wrong (address, key, sender, list, template), in French; empty when it works."""
        ...

    def audiences(self) -> Sequence[Audience]:
        """The lists a letter can be sent to."""
        ...

    def push(self, draft: Draft) -> str:
        """Makes or updates the one campaign of `draft.key`, read back; gives its reference."""
        ...

    def differences(self, ref: str, draft: Draft) -> Sequence[str]:
        """What the provider holds otherwise than approved, in French; empty when it is equal."""
        ...

    def test(self, ref: str, draft: Draft, to: Sequence[str]) -> None:
        """Sends a copy to `to`."""
        ...

    def schedule(self, ref: str, draft: Draft, at: datetime) -> None:
        """Sends at `at` (aware, on the grid)."""
        ...

    def send(self, ref: str, draft: Draft) -> None:
        """Sends now; done at once when it is leaving or has left already."""
        ...

    def cancel(self, ref: str) -> None:
        """A scheduled campaign is a draft again, a leaving one stops."""
        ...

    def status(self, ref: str) -> State:
        """Where it stands."""
        ...

    def statistics(self, ref: str) -> Statistics:
        """What came of it."""
        ...

    def add(self, audience: str, contacts: Iterable[Address]) -> Contacts:
        """Puts contacts on the list; whoever unsubscribed there is never put back."""
        ...

    def leave(self, audience: str, addresses: Iterable[str]) -> int:
        """Unsubscribes addresses there; gives how many the provider knew."""
        ...

    def left(self, audience: str) -> Sequence[str]:
        """The addresses that unsubscribed there."""
        ...


def filled(draft: Draft, openings: Sequence[str], leave: str, preferences: str) -> tuple[str, str]:
    """HTML and text for the provider: its template signs made harmless, then our tokens replaced
    by its own tags. The letter was defused when it was rendered; a template of the centre's own
    may still hold such signs.
    """
    html, text = draft.letter.html, draft.letter.text
    if UNSUBSCRIBE_TOKEN not in html or UNSUBSCRIBE_TOKEN not in text:
        raise ProviderError("La lettre n’a pas de lien de désabonnement.", permanent=True)
    for sign in openings:
        html = html.replace(sign, "".join(f"&#{ord(one)};" for one in sign))
        text = text.replace(sign, sign[0] + JOINER + sign[1:])
    tags = ((UNSUBSCRIBE_TOKEN, leave), (PREFERENCES_TOKEN, preferences))
    for token, tag in tags:
        html, text = html.replace(token, tag), text.replace(token, tag)
    return html, text


def confirm(provider: Campaign, ref: str, draft: Draft) -> None:
    """ProviderError unless the provider holds exactly what was approved."""
    found = provider.differences(ref, draft)
    if found:
        raise ProviderError(
            f"{provider.label} n’a pas ce qui a été approuvé ({', '.join(found)}) : rien ne part.",
            permanent=True,
        )


def on_grid(at: datetime, minutes: int) -> None:
    """ProviderError when `at` is naive or not on the provider's grid."""
    if at.tzinfo is None or at.second or at.microsecond or at.minute % minutes:
        words = "une minute entière" if minutes == 1 else f"un multiple de {minutes} minutes"
        raise ProviderError(f"L’heure d’envoi doit tomber sur {words}.", permanent=True)
