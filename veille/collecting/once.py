"""One address asked once, outside a run: somebody waits for the answer. The same courtesy."""

from __future__ import annotations

import time

from django.utils import timezone

from veille import french
from veille.collecting import courtesy
from veille.exceptions import Refused
from veille.models import Source
from veille.processes import identity
from veille.reading import fetch
from veille.reading.types import Fetched, SourceRef

WAIT = 5.0  # seconds for our turn at the host, no more: a person is waiting


def get(url: str) -> Fetched:
    """One unconditional GET, in our turn at the host.

    Raises Refused while the host, or the source at this address, asked to wait, or when its turn
    does not come soon; FetchError when there is no answer.
    """
    host, owner = courtesy.host_of(url), identity()
    now = timezone.now()
    until, reason = courtesy.held(now).get(host, (None, ""))
    source = Source.objects.filter(url=url).first()
    if until is None and source and source.hold_until and source.hold_until > now:
        until, reason = source.hold_until, source.why
    if until is not None:
        raise Refused(
            f"Ce site a demandé d’attendre jusqu’au {french.day_and_clock(until)} ({reason}). "
            "Réessayez après."
        )
    if not courtesy.exempt(host):
        _wait_for(host, owner)
    try:
        return fetch.get(SourceRef(url), courtesy.policy())
    finally:
        courtesy.leave(host, owner, timezone.now())


def _wait_for(host: str, owner: str) -> None:
    end = time.monotonic() + WAIT
    while not courtesy.take(host, owner, timezone.now()):
        if time.monotonic() > end:
            raise Refused("Ce site est en cours de relevé : réessayez dans une minute.")
        time.sleep(0.2)
