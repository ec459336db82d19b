"""What a run did, in figures that add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from veille.french import PARIS, clock, count, day_and_clock


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read: its number, a stable code, a French sentence."""

    source: int
    name: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A source that was not asked: its site said when to come back, and `why` (a sentence)."""

    source: int
    name: str
    until: datetime
    why: str

    def sentence(self) -> str:
        """«Gazette : ce site demande d’attendre jusqu’à 14 h 30 (…)»; the day when not today."""
        today = self.until.astimezone(PARIS).date() == datetime.now(PARIS).date()
        when = f"à {clock(self.until)}" if today else f"au {day_and_clock(self.until)}"
        return f"{self.name} : ce site demande d’attendre jusqu’{when} ({self.why})."


@dataclass(slots=True)
class Report:
    """due = fetched + unchanged + failed + held + elsewhere, once the run is over.

    `held`: not asked, their host said when to come back. `elsewhere`: another process read them.
    """

    due: int = 0
    fetched: int = 0
    unchanged: int = 0
    failed: int = 0
    held: int = 0
    elsewhere: int = 0
    new: int = 0
    changed: int = 0
    seconds: float = 0.0
    network_down: bool = False
    failures: list[Failure] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)  # the `held`, each with its reason

    def shown(self) -> dict[str, Any]:
        """The JSON of the command line (cli.md)."""
        names = ("due", "fetched", "unchanged", "failed", "held", "elsewhere")
        return {
            "sources": {name: getattr(self, name) for name in names},
            "items": {"new": self.new, "changed": self.changed},
            "seconds": round(self.seconds, 2),
            "network_down": self.network_down,
            "failures": [asdict(failure) for failure in self.failures],
            "holds": [asdict(hold) for hold in self.holds],
        }

    def sentence(self) -> str:
        """«115 sources : 3 contenus nouveaux, 1 modifié ; 2 échecs»."""
        new = count(self.new, "contenu nouveau", "contenus nouveaux")
        words = f"{count(self.due, 'source')} : {new}, {count(self.changed, 'modifié')}"
        words += f", {count(self.unchanged, 'source sans changement', 'sources sans changement')}"
        words += f" ; {count(self.failed, 'échec')}" if self.failed else ""
        held = count(self.held, "source en attente", "sources en attente")
        return words + (f" ; {held} à la demande du site" if self.held else "")
