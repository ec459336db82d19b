"""*Lettres*: the issues, and the form that proposes a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter import composing
from newsletter.models import Issue, Series
from veille.exceptions import BadInput, NotFound, VigieError
from veille.french import PARIS
from veille.models import Territory, Theme
from veille.staff.roles import COMPOSE, READ, requires
from veille.web.kit import actor_of, page_of, text_of

# Whole communes are too many for a list; what a letter is about is a contract or larger.
_OFFERED = ("region", "departement", "contrat", "epci")


@requires(READ)
def issues(request: HttpRequest) -> HttpResponse:
    """Issues, latest first."""
    return _page(request, {}, "")


@requires(COMPOSE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Composes a draft and opens it; a refusal is told beside the form, which keeps its values."""
    values = {name: text_of(request, name) for name in _form(timezone.now())}
    try:
        start, end = composing.parse_period(_period(values))
        issue = composing.propose(
            values["letter"], start, end, theme=values["theme"] or None,
            territory=_territory(values["territory"]), actor=actor_of(request),
            now=timezone.now(),
        )  # fmt: skip
    except VigieError as error:
        return _page(request, values, str(error), status=422)
    return redirect("newsletter:issue", issue.pk)


def _form(now: datetime) -> dict[str, str]:
    month = now.astimezone(PARIS).strftime("%Y-%m")
    blank = {"letter": "", "month": month, "start": "", "end": "", "theme": "", "territory": ""}
    return blank


def _period(values: dict[str, str]) -> str:
    if not values["start"] and not values["end"]:
        return values["month"]
    if not (values["start"] and values["end"]):
        raise BadInput(_("Donnez les deux dates, ou seulement le mois."), where="period")
    return f"{values['start']}..{values['end']}"


def _territory(text: str) -> str | None:
    """The code of what was typed: a code, or the exact name of one offered."""
    if not text:
        return None
    code = text.rpartition("(")[2].rstrip(")") if text.endswith(")") else text
    if Territory.objects.filter(pk=code).exists():
        return code
    named = Territory.objects.filter(name__iexact=text, kind__in=_OFFERED).first()
    if named is None:
        raise NotFound(_("Territoire inconnu : choisissez-en un dans la liste, ou son code."))
    return named.pk


def _page(
    request: HttpRequest, given: dict[str, str], error: str, status: int = 200
) -> HttpResponse:
    rows = Issue.objects.select_related(
        "series", "theme", "territory", "edited_by", "submitted_by", "approved_by"
    ).defer("frozen_html", "frozen_text", "frozen_content", "left_out", "previous_text", "edito")
    values: dict[str, Any] = {
        "page": page_of(rows, request, 25),
        "letters": Series.objects.filter(active=True),
        "themes": Theme.objects.filter(active=True, parent=None).prefetch_related("children"),
        "territories": Territory.objects.filter(kind__in=_OFFERED).order_by("kind", "name"),
        "form": _form(timezone.now()) | given,
        "error": error,
    }
    return render(request, "pages/newsletter/issues.html", values, status=status)
