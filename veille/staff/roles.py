"""What each role may do. One table; pages ask `can(user, "curate")`, never the role's name."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from veille.exceptions import Refused

READ = "read"
CURATE = "curate"  # keep, drop, tag, annotate
SOURCES = "sources"  # add, edit, suspend sources
COMPOSE = "compose"  # drafts, pre-flight, submit
APPROVE = "approve"  # approve or return an issue
SEND = "send"  # schedule, send, pause, cancel
SUBSCRIBERS = "subscribers"
RUN = "run"  # run a scheduled job now
SETTINGS = "settings"  # identity of the centre, letters' configuration
STAFF = "staff"  # accounts

ROLES: dict[str, str] = {
    "veilleur": "Veille",
    "communication": "Communication",
    "direction": "Direction",
    "administrateur": "Administration",
    "lecture": "Lecture seule",
}
CAPABILITIES: dict[str, frozenset[str]] = {
    "lecture": frozenset({READ}),
    "veilleur": frozenset({READ, CURATE, SOURCES, RUN}),
    "communication": frozenset({READ, CURATE, SOURCES, COMPOSE, SEND, SUBSCRIBERS, RUN}),
    "direction": frozenset({READ, CURATE, COMPOSE, APPROVE, SEND}),
    "administrateur": frozenset(
        {READ, CURATE, SOURCES, COMPOSE, APPROVE, SEND, SUBSCRIBERS, RUN, SETTINGS, STAFF}
    ),
}


def can(user: Any, capability: str) -> bool:
    """May this person do it? An anonymous or disabled person may nothing."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return capability in CAPABILITIES.get(user.role, frozenset())


def demand(actor: Any, capability: str, what: str) -> None:
    """Refused, in French, when this person may not `what` (an infinitive with its object).

    Called where the act is, so that pages and command line share the check. None is the service
    itself, or a command without `--as`: whoever holds the machine.
    """
    if actor is not None and not can(actor, capability):
        raise Refused(f"{actor} n’a pas le droit de {what} (rôle {actor.get_role_display()}).")


def requires(
    capability: str,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorates a view: 403 for whoever lacks `capability`. `view.capability` is read by tests."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not can(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]  # read by the route table test
        return guarded

    return decorate
