"""Addresses open to readers: leaving, preferences, the archive."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def coming(request: HttpRequest, **parts: str) -> HttpResponse:
    """Until the pages are written."""
    return render(request, "pages/coming.html", {"title": "À venir"})
