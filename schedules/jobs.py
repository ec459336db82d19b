"""The table of jobs – nothing else. A row `Cadence` may override the rule; the code holds defaults.

To add a job: write its function in the package that owns the work, a line of words for it in
`schedules/tasks.py`, and a `Job` here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Done:
    """What a job did: words for people; `worked` is false when there was nothing to do."""

    words: str
    worked: bool = True


class Stop(threading.Event):
    """Tells a running job to end soon: the process drains, or the job's deadline (on the clock of
    `time.monotonic()`) has passed. An Event, so that it may be handed to whatever takes one.
    """

    def __init__(
        self, draining: threading.Event | None = None, deadline: float = float("inf")
    ) -> None:
        super().__init__()
        self.draining, self.deadline = draining, deadline

    def is_set(self) -> bool:
        """Looked at between two sources, between two messages."""
        drains = self.draining is not None and self.draining.is_set()
        return super().is_set() or drains or time.monotonic() > self.deadline


Function = Callable[[datetime, Stop], Done]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. Times in seconds."""

    name: str
    label: str
    help: str  # one sentence for the page
    rule: str  # see schedules.calendar
    function: str  # dotted; (now, stop) -> Done
    deadline: int  # asked to stop after that; another worker may then take the run over
    grace: int  # later than that, an occurrence is reported as missed and not run
    coalesce: bool = True  # several occurrences due: only the latest runs, none is missed
    attempts: int = 1  # tries of one occurrence


JOBS: dict[str, Job] = {
    job.name: job
    for job in (
        Job(
            "collect",
            "Relever les sources",
            "Lit les sources dont l’heure est venue.",
            "every 1 min",
            "schedules.tasks.collect",
            deadline=15 * MINUTE,
            grace=DAY,
        ),
        Job(
            "propose-monthly",
            "Composer la lettre mensuelle",
            "Prépare le brouillon du mois en cours ; un brouillon existant n’est pas touché.",
            "monthly 25 08:00",
            "schedules.tasks.propose_monthly",
            deadline=5 * MINUTE,
            grace=5 * DAY,
            coalesce=False,
            attempts=3,
        ),
        Job(
            "deliver",
            "Envoyer les lettres",
            "Remet au relais les envois programmés dont l’heure est venue.",
            "every 10 s",
            "schedules.tasks.deliver",
            deadline=6 * HOUR,
            grace=DAY,
        ),
        Job(
            "events",
            "Lire les avis de remise",
            "Écarte les adresses en erreur, enregistre les désabonnements reçus d’ailleurs.",
            "every 1 min",
            "schedules.tasks.read_events",
            deadline=10 * MINUTE,
            grace=DAY,
        ),
        Job(
            "bounces",
            "Relever la boîte des retours",
            "Prend les avis de non-remise et les plaintes qui reviennent par courriel.",
            "every 5 min",
            "schedules.tasks.collect_bounces",
            deadline=5 * MINUTE,
            grace=DAY,
        ),
        Job(
            "housekeeping",
            "Faire le ménage",
            "Efface les anciens relevés, les anciens passages et les sessions closes.",
            "daily 03:15",
            "schedules.tasks.housekeeping",
            deadline=10 * MINUTE,
            grace=DAY,
        ),
    )
}
