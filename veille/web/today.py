"""*Aujourd'hui*: the triage page, and the gestures made from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from veille import curating
from veille.exceptions import BadInput
from veille.french import PARIS
from veille.models import Decision, Item, Source, Territory, Theme
from veille.searching import triage
from veille.staff.roles import CURATE, READ, requires
from veille.web.item import pane_context
from veille.web.kit import actor_of, back_to, is_htmx, text_of, toast

SAID = {"keep": "Retenu", "drop": "Écarté", "reopen": "Remis à voir"}


def filters_of(request: HttpRequest) -> triage.Filters:
    """The filters in the address; BadInput for a day or source that is none."""
    given = request.GET
    try:
        day = date.fromisoformat(given["jour"]) if given.get("jour") else None
        source = int(given["source"]) if given.get("source") else None
    except ValueError as error:
        raise BadInput(
            _("Ce filtre n’est pas lisible : jour AAAA-MM-JJ, source par numéro.")
        ) from error
    order = given.get("ordre", "relevance")
    return triage.Filters(
        query=given.get("q", "").strip(),
        theme=given.get("theme", ""),
        territory=given.get("lieu", ""),
        source=source,
        state=given.get("etat") or "new",
        day=day,
        order=order if order in {"relevance", "date"} else "relevance",
    )


@requires(READ)
def today(request: HttpRequest) -> HttpResponse:
    """The list of items by day; `?item=` opens one in the pane."""
    now = timezone.now()
    error, filters = "", triage.Filters()
    try:
        filters = filters_of(request)
        rows = triage.page(filters, request.GET.get("page"))
    except BadInput as problem:
        error, rows = str(problem), triage.page(triage.Filters(), None)
    context: dict[str, Any] = {
        "today": now.astimezone(PARIS),
        "counts": triage.counts(now),
        "filters": filters,
        "rows": rows,
        "days": triage.by_day(list(rows.object_list), filters.order),
        "themes": Theme.objects.filter(active=True, parent=None),
        "territories": Territory.objects.filter(kind__in=("departement", "contrat")),
        "error": error,
        "no_source": not rows.object_list and not Source.objects.exists(),
        "kept_query": _without_page(request),
    }
    opened = request.GET.get("item", "")
    if opened.isdigit():
        item = triage.with_tags(Item.objects.filter(pk=opened)).first()
        context |= pane_context(item) if item else {}
    return render(request, "pages/veille/today.html", context, status=422 if error else 200)


def _without_page(request: HttpRequest) -> str:
    values = request.GET.copy()
    values.pop("page", None)
    values.pop("item", None)
    return values.urlencode()


def _row(request: HttpRequest, item: Item, decision: Decision | None, said: str) -> HttpResponse:
    """What answers a gesture: the row as it is now, the pane when it shows it, the counts."""
    shown = triage.with_tags(Item.objects.filter(pk=item.pk)).get()
    context = {
        "item": shown,
        "decision": decision,
        "counts": triage.counts(timezone.now()),
        "today": timezone.now().astimezone(PARIS),
        "out_of_band": True,
    }
    answer = render(request, "pages/veille/_row_answer.html", context)
    undo_url = f"/decisions/{decision.pk}/annuler" if decision else ""
    return toast(answer, said, undo=undo_url)


@require_POST
@requires(CURATE)
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Keeps, drops or reopens an item; `version`, what was shown, guards a colleague's act."""
    item = get_object_or_404(Item, pk=pk)
    if act not in curating.VERBS:
        raise BadInput(_("Geste inconnu."))
    version = text_of(request, "version")
    decision = curating.VERBS[act](
        item, actor_of(request), version=int(version) if version.isdigit() else None
    )
    said = f"{_(SAID[act])} : {item.title[:60]}"
    if is_htmx(request):
        return _row(request, item, decision, said)
    messages.success(request, said)
    return redirect(back_to(request))


@require_POST
@requires(CURATE)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts back what a decision replaced."""
    decision = get_object_or_404(Decision.objects.select_related("item"), pk=pk)
    item = curating.undo(decision, actor_of(request))
    said = f"{_('Annulé')} : {item.title[:60]}"
    if is_htmx(request):
        return _row(request, item, None, said)
    messages.success(request, said)
    return redirect(back_to(request))


@require_POST
@requires(CURATE)
def several(request: HttpRequest) -> HttpResponse:
    """The same gesture on the selected items."""
    act = text_of(request, "act")
    if act not in curating.VERBS:
        raise BadInput(_("Geste inconnu."))
    keys = [key for key in request.POST.getlist("item") if key.isdigit()]
    if not keys:
        raise BadInput(_("Sélectionnez d’abord des contenus (touche x)."))
    done = curating.bulk(list(Item.objects.filter(pk__in=keys)), actor_of(request), act)
    said = ngettext("%(n)d contenu : %(act)s.", "%(n)d contenus : %(act)s.", len(done))
    messages.success(request, said % {"n": len(done), "act": _(SAID[act]).lower()})
    answer = redirect(back_to(request))
    if is_htmx(request):
        answer = HttpResponse(status=204)  # type: ignore[assignment]  # htmx follows the header
        answer.headers["HX-Redirect"] = back_to(request)
    return answer
