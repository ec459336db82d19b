"""Adding to an issue: a kept item found by search, or an entry written by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from newsletter import composing
from newsletter.composing.describe import find_issue
from newsletter.composing.editing import ENTRY_FIELDS
from newsletter.models import Issue
from newsletter.web.answers import edited, fields_of, told, version_of
from veille import searching
from veille.exceptions import NotFound
from veille.models import Item
from veille.staff.roles import COMPOSE, requires
from veille.web.kit import actor_of, is_htmx, number_of, text_of

MOST = 20


@requires(COMPOSE)
@require_http_methods(["GET", "POST"])
@told
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: kept items that answer `?q=`; POST: places `item` in `section`."""
    issue = find_issue(pk)
    if request.method == "GET":
        name = "_found" if is_htmx(request) else "add"
        return render(request, f"pages/newsletter/{name}.html", _found(request, issue))
    number = number_of(text_of(request, "item"))
    item = Item.objects.select_related("source").filter(pk=number).first() if number else None
    if item is None:
        raise NotFound(_("Ce contenu n’existe plus."))
    made = composing.add_item(
        issue, item, text_of(request, "section"), actor_of(request),
        now=timezone.now(), version=version_of(request),
    )  # fmt: skip
    said = _("Ajouté : %(title)s") % {"title": made.title}
    return edited(request, pk, at=f"e{made.pk}", said=said)


def _found(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    query = request.GET.get("q", "").strip()
    inside = issue.entries.filter(removed=False, item__isnull=False).values("item")
    rows = searching.items(query, state="kept").exclude(pk__in=inside).select_related("source")
    sections = list(issue.series.sections.all())
    asked = request.GET.get("rubrique", "")
    return {
        "issue": issue,
        "query": query,
        "items": rows[:MOST],
        "sections": sections,
        "section": next(
            (s for s in sections if s.slug == asked), sections[0] if sections else None
        ),
    }


@requires(COMPOSE)
@require_POST
@told
def add_free(request: HttpRequest, pk: int) -> HttpResponse:
    """News of the centre, a contact: an entry that comes from no item."""
    made = composing.add_free(
        find_issue(pk), text_of(request, "section"), fields_of(request, ENTRY_FIELDS),
        actor_of(request), now=timezone.now(), version=version_of(request),
    )  # fmt: skip
    said = _("Ajouté : %(title)s") % {"title": made.title}
    return edited(request, pk, at=f"e{made.pk}", said=said)
