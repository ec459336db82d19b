"""*Abonnés*: the readers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from veille.staff.roles import SUBSCRIBERS, requires


@requires(SUBSCRIBERS)
def subscribers(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "pages/coming.html", {"title": "Abonnés"})
