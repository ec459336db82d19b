"""One item: its pane, its page, its tags and the team's words about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from markupsafe import Markup

from veille import curating
from veille.curating.notes import QUOTATION_SIGNS, SUMMARY_SIGNS
from veille.exceptions import BadInput, VigieError
from veille.models import ContentType, Decision, Item, Territory, Theme
from veille.reading import sanitize
from veille.searching import fold, triage
from veille.staff.models import User
from veille.staff.roles import CURATE, READ, requires
from veille.web.kit import actor_of, back_to, is_htmx, text_of, toast, version_of

# What other packages add to an item's page: item → lines (label, address or "").
PANELS: list[Callable[[Item], list[tuple[str, str]]]] = []
MOST_OPTIONS = 12

VERBS = {
    "kept": "a retenu",
    "dropped": "a écarté",
    "reopened": "a remis à voir",
    "tagged": "a étiqueté",
    "untagged": "a retiré une étiquette",
    "refused": "a refusé une suggestion",
    "annotated": "a annoté",
}


def pane_context(item: Item) -> dict[str, Any]:
    """What the pane and the page of an item print."""
    # Sanitised at ingest and once more here: what is stored may be older than today's rules.
    summary = Markup(sanitize.clean(item.summary, item.url))  # noqa: S704  # nh3 made it safe
    history = item.decisions.select_related("actor")[:20]
    return {
        "item": item,
        "summary": summary,
        "suggested": list(item.suggestions.filter(state="proposed")),
        "history": [(row, VERBS.get(row.verb, row.verb)) for row in history],
        "kinds": ContentType.objects.all(),
        "panels": [line for panel in PANELS for line in panel(item)],
        "summary_signs": SUMMARY_SIGNS,
        "quotation_signs": QUOTATION_SIGNS,
    }


def usual_themes() -> QuerySet[Theme]:
    """The main themes, in the order of the list: the first nine have a key."""
    return Theme.objects.filter(active=True, parent=None)


def _shown(pk: int) -> Item:
    return get_object_or_404(triage.with_tags(Item.objects.all()), pk=pk)


@requires(READ)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one item."""
    context = pane_context(_shown(pk)) | {"themes": usual_themes()}
    return render(request, "pages/veille/item.html", context)


@requires(READ)
def pane(request: HttpRequest, pk: int) -> HttpResponse:
    """The same, as the fragment of *Aujourd'hui*."""
    return render(request, "pages/veille/_pane.html", pane_context(_shown(pk)))


@requires(READ)
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One item as it is now, after a refused gesture: its row, and its pane where it is open."""
    return answer(request, [pk], [], "")


def answer(
    request: HttpRequest, keys: Sequence[int], done: Sequence[Decision], said: str
) -> HttpResponse:
    """What a gesture on the items `keys` answers.

    To htmx: their rows, the counts and (of one item) the parts of its pane, each swapped where the
    page has it; a toast says `said`, with undo of `done`. The fields of the pane are left as the
    person typed them, but after an undo (`done` is empty). Without JavaScript: back to the page.
    """
    if not is_htmx(request):
        if said:
            messages.success(request, said)
        return redirect(back_to(request))
    rows = list(triage.with_tags(Item.objects.filter(pk__in=keys)))
    context: dict[str, Any] = {"rows": rows, "counts": triage.counts(timezone.now())}
    context["undone"] = bool(said) and not done
    if len(rows) == 1:
        context |= pane_context(rows[0])
    response = render(request, "pages/veille/_answer.html", context)
    if not said:
        return response
    undo = reverse("veille:undo", query={"d": [row.pk for row in done]}) if done else ""
    return toast(response, said, undo=undo)


ACTS: dict[str, tuple[Callable[[Item, User | None, str, str], Decision], str]] = {
    "add": (curating.tag, "Étiquette ajoutée"),
    "remove": (curating.untag, "Étiquette retirée"),
    "refuse": (curating.refuse, "Suggestion refusée"),
}


@require_POST
@requires(CURATE)
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds or removes a theme or place, or refuses a suggestion."""
    act, facet, target = (text_of(request, name) for name in ("act", "facet", "target"))
    if act not in ACTS:
        raise BadInput(_("Geste inconnu."))
    gesture, said = ACTS[act]
    if act == "add" and not target:  # typed without choosing: without JavaScript, or in a hurry
        target = curating.find(facet, text_of(request, "name"))
    decision = gesture(get_object_or_404(Item, pk=pk), actor_of(request), facet, target)
    return answer(request, [pk], [decision], _(said))


@require_POST
@requires(CURATE)
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """The team's words: summary, note, quotation, type, deadline."""
    names = ("note", "own_summary", "quotation", "kind", "deadline")
    given: dict[str, Any] = {n: text_of(request, n) for n in names if n in request.POST}
    decision = curating.annotate(
        get_object_or_404(Item, pk=pk),
        actor_of(request),
        version=version_of(request),
        **given,
    )
    return answer(request, [pk], [decision], _("Enregistré"))


@requires(CURATE)
def options(request: HttpRequest, facet: str) -> HttpResponse:
    """Themes or places whose name holds what is typed, for the type-ahead. The lists are short."""
    words = fold(request.GET.get("q", ""))
    found: list[tuple[str, str, str]] = []
    if facet == "theme":
        rows = Theme.objects.filter(active=True).values_list("pk", "name", "parent__name")
        found = [(pk, name, parent or "") for pk, name, parent in rows]
    elif facet == "territory":
        places = Territory.objects.values_list("pk", "name", "kind", "departement")
        found = [(pk, name, _beside(kind, number)) for pk, name, kind, number in places]
    matching = [row for row in found if words in fold(row[1])] if words else found
    matching.sort(key=lambda row: (not fold(row[1]).startswith(words), len(row[1])))
    return render(request, "pages/veille/_options.html", {"options": matching[:MOST_OPTIONS]})


def _beside(kind: str, number: str) -> str:
    """What tells two places of the same name apart: «commune, 59»."""
    label = dict(Territory.KINDS)[kind]
    return f"{label}, {number}" if number else label


@requires(CURATE)
def add(request: HttpRequest) -> HttpResponse:
    """Adds an item from its address."""
    url, error = text_of(request, "url"), ""
    if request.method == "POST":
        try:
            made = curating.add_url(url, actor_of(request))
        except VigieError as problem:
            error = str(problem)
        else:
            messages.success(request, _("Contenu ajouté."))
            return redirect("veille:item", made.pk)
    context = {"url_value": url or request.GET.get("url", ""), "error": error}
    return render(request, "pages/veille/item_add.html", context, status=422 if error else 200)
