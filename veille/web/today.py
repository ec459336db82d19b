"""*Aujourd'hui*: the triage page, and the gestures made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from veille import curating
from veille.exceptions import BadInput, NotFound
from veille.french import PARIS, count, long_day
from veille.models import Decision, Item, Source, Territory
from veille.searching import triage
from veille.staff.roles import CURATE, READ, requires
from veille.web.item import answer, pane_context, usual_themes
from veille.web.kit import actor_of, number_of, text_of, version_of

SAID = {"keep": "Retenu", "drop": "Écarté", "reopen": "Remis à voir"}


def filters_of(request: HttpRequest) -> triage.Filters:
    """The filters in the address; BadInput for a day or source that is none."""
    given = request.GET
    try:
        day = date.fromisoformat(given["jour"]) if given.get("jour") else None
        source = number_of(given["source"]) if given.get("source") else None
        if given.get("source") and source is None:
            raise ValueError
        if day and day.year == 1:  # its first midnight, in Paris, is before what a moment can be
            raise ValueError
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
        "themes": usual_themes(),
        "territories": Territory.objects.filter(kind__in=("departement", "contrat")),
        "error": error,
        "no_source": not rows.object_list and not Source.objects.exists(),
        "kept_query": _query(request),
        "narrowed": _narrowed(request, filters),
    }
    opened = request.GET.get("item", "")
    if re.fullmatch(r"[0-9]{1,9}", opened):
        item = triage.with_tags(Item.objects.filter(pk=opened)).first()
        context |= pane_context(item) if item else {}
    return render(request, "pages/veille/today.html", context, status=422 if error else 200)


def _query(request: HttpRequest, **changes: str) -> str:
    """The filters of this page as a query, with `changes` ("": removed), on the first page."""
    values = request.GET.copy()
    for name, value in {"page": "", "item": "", **changes}.items():
        values.pop(name, None)
        if value:
            values[name] = value
    return values.urlencode()


def _narrowed(request: HttpRequest, filters: triage.Filters) -> list[tuple[str, str, str]]:
    """What narrows the list without being in the form: (what, query without it, its name).

    A day comes with the day before and the day after, for who reads the week backwards.
    """
    lines: list[tuple[str, str, str]] = []
    if filters.source:
        name = Source.objects.filter(pk=filters.source).values_list("name", flat=True).first()
        lines.append((name or "?", _query(request, source=""), _("toutes les sources")))
    if filters.day:
        lines.append((long_day(filters.day), _query(request, jour=""), _("tous les jours")))
        for step, words in ((-1, _("la veille")), (1, _("le lendemain"))):
            if date.min < filters.day < date.max:
                other = filters.day + timedelta(days=step)
                lines.append(("", _query(request, jour=other.isoformat()), words))
    return lines


@require_POST
@requires(CURATE)
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Keeps, drops or reopens an item; `version`, what was shown, guards a colleague's act."""
    item = get_object_or_404(Item, pk=pk)
    if act not in curating.VERBS:
        raise BadInput(_("Geste inconnu."))
    decision = curating.VERBS[act](item, actor_of(request), version=version_of(request))
    return answer(request, [pk], [decision], f"{_(SAID[act])} : {shortened(item.title)}")


@require_POST
@requires(CURATE)
def undo(request: HttpRequest) -> HttpResponse:
    """Puts back what the decisions `d` replaced: all of them, or none."""
    keys = _numbers(request.GET.getlist("d"))
    decisions = list(Decision.objects.filter(pk__in=keys).select_related("item"))
    if not decisions:
        raise NotFound(_("Il n’y a rien à annuler."))
    items = curating.undo_all(decisions, actor_of(request))
    what = shortened(items[0].title) if len(items) == 1 else count(len(items), _("contenu"))
    return answer(request, [item.pk for item in items], [], _("Annulé") + f" : {what}")


@require_POST
@requires(CURATE)
def several(request: HttpRequest) -> HttpResponse:
    """The same gesture on the selected items; what a colleague decided meanwhile is left as is."""
    act = text_of(request, "act")
    if act not in SAID:
        raise BadInput(_("Geste inconnu."))
    keys = _numbers(request.POST.getlist("item"))
    if not keys:
        raise BadInput(_("Sélectionnez d’abord des contenus (touche x)."))
    done = curating.bulk(list(Item.objects.filter(pk__in=keys)), actor_of(request), act)
    what = _("contenu")
    said = f"{_(SAID[act])} : {count(len(done), what)}"
    if len(done) < len(keys):
        said += " ; " + _("%(n)d déjà triés par quelqu’un d’autre") % {"n": len(keys) - len(done)}
    return answer(request, keys, done, said)


def _numbers(given: Iterable[str]) -> list[int]:
    return [number for text in given if (number := number_of(text)) is not None]


def shortened(title: str) -> str:
    """A title as a toast says it."""
    return title if len(title) <= 60 else title[:59].rstrip() + "…"
