"""Which sources are due, and which process reads each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from veille.exceptions import NotFound
from veille.models import Host, Source
from veille.processes import is_dead

LEASE = timedelta(seconds=90)  # a GET (20 s), its parsing (15 s) and the wait for the writer


def due(now: datetime, *, all: bool, only: Sequence[int]) -> list[Source]:
    """The sources to read, the longest awaited first. `all` ignores their time, never their state.

    Raises NotFound for a number in `only` that is no source.
    """
    rows = Source.objects.exclude(url="").order_by("next_check", "pk")
    if only:
        rows = rows.filter(pk__in=only)
        known = set(Source.objects.filter(pk__in=only).values_list("pk", flat=True))
        if missing := sorted(set(only) - known):
            raise NotFound(f"Aucune source n° {', '.join(map(str, missing))}.")
    return list(rows.filter(_wanted(now, all=all)))


def _wanted(now: datetime, *, all: bool) -> Q:
    polled = Q(state__in=Source.POLLED)
    if all:  # read since the run began (by another process): done
        return polled & (Q(checked_at__isnull=True) | Q(checked_at__lt=now))
    return polled & Q(next_check__lte=now)


def claim(source: Source, owner: str, at: datetime, *, now: datetime, all: bool) -> bool:
    """Takes the source for `owner` until the lease ends; False when another has it or did it."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    wanted = Source.objects.filter(free, _wanted(now, all=all), pk=source.pk, url=source.url)
    return wanted.update(claimed_until=at + LEASE, claimed_by=owner) == 1


def release(owner: str) -> None:
    """Gives back whatever `owner` still holds (a run that is stopped)."""
    Source.objects.filter(claimed_by=owner).update(claimed_until=None, claimed_by="")
    Host.objects.filter(busy_by=owner).update(busy_until=None, busy_by="")


def release_the_dead() -> None:
    """Gives back what processes of this machine held when they died, without waiting for leases."""
    owners = {
        *Source.objects.exclude(claimed_by="").values_list("claimed_by", flat=True),
        *Host.objects.exclude(busy_by="").values_list("busy_by", flat=True),
    }
    for owner in owners:
        if is_dead(owner):
            release(owner)
