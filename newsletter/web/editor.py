"""The editor of an issue: the page, its fields, and composing again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from newsletter import composing
from newsletter.composing.describe import find_issue
from newsletter.composing.editing import ISSUE_FIELDS
from newsletter.web.answers import edited, fields_of, parts, told, version_of
from newsletter.web.desk import desk
from veille.french import count
from veille.staff.roles import COMPOSE, READ, requires
from veille.web.kit import actor_of


@requires(READ)
@require_GET
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Structure on the left, the true letter on the right."""
    values = desk(request, pk, timezone.now()) | {"scripted": False}
    return render(request, "pages/newsletter/editor.html", values)


@requires(READ)
@require_GET
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """The pieces of the page, for the script, after somebody else's edit or an undo."""
    values = desk(request, pk, timezone.now())
    found = {"version": values["issue"].version, **parts(request, values, structure=True)}
    return JsonResponse(found)


@requires(COMPOSE)
@require_POST
@told
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Subject, preheader, édito, signature, title."""
    row = find_issue(pk)
    composing.edit_issue(
        row, fields_of(request, ISSUE_FIELDS), actor_of(request),
        now=timezone.now(), version=version_of(request),
    )  # fmt: skip
    return edited(request, pk, at="champs", structure=False)


@requires(COMPOSE)
@require_POST
@told
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Brings the draft up to date with the watch."""
    row = find_issue(pk)
    fresh = composing.propose(
        row.series_id, row.period_start, row.period_end, theme=row.theme_id,
        territory=row.territory_id, actor=actor_of(request), now=timezone.now(),
        version=version_of(request),
    )  # fmt: skip
    shown = fresh.entries.filter(removed=False).count()
    said = _("Brouillon mis à jour : %(entries)s. Vos retouches sont gardées.") % {
        "entries": count(shown, "contenu")
    }
    return edited(request, fresh.pk, at="structure", said=said)
