"""*Aujourd'hui*: the triage page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from veille.staff.roles import READ, requires


@requires(READ)
def today(request: HttpRequest) -> HttpResponse:
    """The list of new items by day."""
    return render(request, "pages/veille/today.html", {})
