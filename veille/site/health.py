"""`/sante/vivant` and `/sante/pret`: packages register probes in `ready()`."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

Probe = Callable[[], bool]
PROBES: dict[str, Probe] = {}
app_name = "health"


def register(name: str, probe: Probe) -> None:
    """`probe` answers whether `name` works; it must be quick and raise nothing."""
    PROBES[name] = probe


def database() -> bool:
    """Does the database answer?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


register("database", database)


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Every probe, by name; 503 when one fails. No internals are shown."""
    results = {name: probe() for name, probe in PROBES.items()}
    fine = all(results.values())
    return JsonResponse({"ready": fine, "probes": results}, status=200 if fine else 503)


urlpatterns = [path("vivant", alive, name="alive"), path("pret", ready, name="ready")]
