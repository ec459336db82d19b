"""*Comptes*: accounts of the team."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from veille.staff.roles import STAFF, requires


@requires(STAFF)
def accounts(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "pages/coming.html", {"title": "Comptes"})
