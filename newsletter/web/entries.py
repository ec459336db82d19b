"""Gestures on one entry of an issue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter import composing
from newsletter.composing.describe import find_issue
from newsletter.composing.editing import ENTRY_FIELDS
from newsletter.models import Entry
from newsletter.web.answers import edited, fields_of, told, version_of
from veille.exceptions import BadInput, Conflict, NotFound
from veille.french import NBSP
from veille.staff.roles import COMPOSE, requires
from veille.web.kit import actor_of, text_of


def _entry(pk: int, entry: int) -> Entry:
    row = find_issue(pk).entries.select_related("issue").filter(pk=entry).first()
    if row is None:
        raise NotFound(_("Ce contenu n’est plus dans ce numéro : rechargez la page."))
    return row


@requires(COMPOSE)
@require_POST
@told
def edit(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Title, summary, importance… for this issue only."""
    composing.edit_entry(
        _entry(pk, entry), fields_of(request, ENTRY_FIELDS), actor_of(request),
        now=timezone.now(), version=version_of(request),
    )  # fmt: skip
    return edited(request, pk, at=f"e{entry}", structure=False)


@requires(COMPOSE)
@require_POST
@told
def gesture(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """`gesture`: up, down, place (with section, position), remove, restore."""
    row, actor = _entry(pk, entry), actor_of(request)
    now, version = timezone.now(), version_of(request)
    name = text_of(request, "gesture")
    if name in {"up", "down"}:
        step = -1 if name == "up" else 1
        row = composing.move(row, step, actor, now=now, version=version)
    elif name == "place":
        position = text_of(request, "position") or "10000"
        if not position.isdecimal() or len(position) > 5:
            raise BadInput(_("Place illisible : rechargez la page."), where="position")
        section = text_of(request, "section")
        row = composing.place(row, section, int(position), actor, now=now, version=version)
    elif name == "remove":
        composing.remove(row, actor, now=now, version=version)
        undo = f"{reverse('newsletter:entry-gesture', args=[pk, entry])}?remettre"
        said = _("Retiré du numéro : %(title)s") % {"title": row.title}
        return edited(request, pk, at="structure", said=said, undo=undo)
    elif name == "restore" or "remettre" in request.GET:
        if "remettre" in request.GET and row.issue.state != "draft":  # a toast kept too long
            raise Conflict(_("Le numéro a été soumis entre-temps : rien n’a été changé."))
        composing.restore(row, actor, now=now, version=version)
        answer = edited(request, pk, at=f"e{entry}", said=_("Remis dans le numéro."))
        if "remettre" in request.GET:  # from the toast: the page learns it by an event
            answer.headers["HX-Trigger"] = "issue-changed"
        return answer
    else:
        raise BadInput(_("Geste inconnu : rechargez la page."))
    return edited(request, pk, at=f"e{entry}", said=_where(row))


def _where(row: Entry) -> str:
    """«Territoires en action, 2 sur 5», for the live region."""
    mates = list(
        row.issue.entries.filter(section=row.section, removed=False)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    section = row.issue.series.sections.filter(slug=row.section).first()
    title = section.title if section else row.section
    return f"{title}{NBSP}: {mates.index(row.pk) + 1} sur {len(mates)}"
