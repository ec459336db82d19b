"""*Réglages du centre*: identity, colour, logo; and the stylesheet made of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from veille.models import Centre
from veille.staff.roles import SETTINGS, requires


@requires(SETTINGS)
def centre(request: HttpRequest) -> HttpResponse:
    """The form."""
    return render(request, "pages/coming.html", {"title": "Réglages du centre"})


@login_not_required
def logo(request: HttpRequest) -> HttpResponse:
    """The centre's logo (public: letters load it)."""
    return HttpResponse(status=404)


@login_not_required
def stylesheet(request: HttpRequest) -> HttpResponse:
    """The accent colour as custom properties."""
    return HttpResponse(f":root{{--accent-light:{Centre.current().accent}}}", "text/css")
