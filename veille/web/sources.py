"""*Sources*: what is watched, its health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from veille.staff.roles import READ, requires


@requires(READ)
def sources(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "pages/coming.html", {"title": "Sources"})
