"""What is owed to the sites that are read: who we are, one request at a time, spacing, holds."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from veille.models import Host
from veille.reading.types import FetchPolicy

SPACING = timedelta(seconds=2)  # between two requests to one host (openrss.org, FreshRSS#6973)
BUSY = timedelta(seconds=60)  # a request that never reported back frees its host after this


def policy() -> FetchPolicy:
    """The limits of a GET, and a User-Agent with name, version and a way to reach the centre."""
    try:
        number = version("vigie")
    except PackageNotFoundError:  # a checkout that is not installed
        number = "dev"
    contact = f"; {settings.CONTACT}" if settings.CONTACT else ""
    agent = f"Vigie/{number} (+{settings.PUBLIC_URL}{contact})"
    return FetchPolicy(user_agent=agent, allow=tuple(settings.FETCH_ALLOW))


def host_of(url: str) -> str:
    """The key of a host: its name, with the port when it is not the usual one."""
    parts = urlsplit(url)
    usual = parts.port in {None, 80, 443}
    return (parts.hostname or "")[:253] + ("" if usual else f":{parts.port}")


def exempt(host: str) -> bool:
    """Is this one of our own hosts (VIGIE_FETCH_ALLOW), to which no spacing is owed?"""
    name = urlsplit(f"//{host}").hostname or ""
    for allowed in settings.FETCH_ALLOW:
        if name == allowed.lower():
            return True
        try:
            if ipaddress.ip_address(name) in ipaddress.ip_network(allowed, strict=False):
                return True
        except ValueError:  # a name on one side, a network on the other
            continue
    return False


def take(host: str, owner: str, at: datetime) -> bool:
    """Reserves the host for one request, across processes; False when it is too early.

    A conditional update: of two processes that ask at once, one gets it.
    """
    Host.objects.get_or_create(name=host)
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=at)
    spaced = Q(last_request__isnull=True) | Q(last_request__lte=at - SPACING)
    open_ = Q(hold_until__isnull=True) | Q(hold_until__lte=at)
    mine = Host.objects.filter(free, spaced, open_, name=host)
    return mine.update(busy_until=at + BUSY, busy_by=owner, last_request=at) == 1


def leave(host: str, owner: str, at: datetime) -> None:
    """Gives the host back after the answer; spacing counts from the end of the request."""
    Host.objects.filter(name=host, busy_by=owner).update(
        busy_until=None, busy_by="", last_request=at
    )


def hold(host: str, until: datetime, reason: str) -> None:
    """Asks nothing of the host before `until` (429); a longer hold already there stays."""
    Host.objects.get_or_create(name=host)
    Host.objects.filter(name=host).update(
        hold_until=Greatest(Coalesce(F("hold_until"), until), until),
        reason=reason[:200],
        strikes=F("strikes") + 1,
    )


def welcome(host: str) -> None:
    """An answer that is no 429 ends the series of refusals."""
    Host.objects.filter(name=host, strikes__gt=0).update(strikes=0)


def held(at: datetime) -> dict[str, tuple[datetime, str]]:
    """Hosts that are held at `at`: name → (end, reason)."""
    rows = Host.objects.filter(hold_until__gt=at).values_list("name", "hold_until", "reason")
    return {name: (until, reason) for name, until, reason in rows if until is not None}
