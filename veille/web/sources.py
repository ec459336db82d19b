"""*Sources*: what is watched, its health, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from veille import sourcing
from veille.collecting import collect_due
from veille.exceptions import VigieError
from veille.models import Item, Source
from veille.sourcing import listing
from veille.staff.models import User
from veille.staff.roles import READ, SOURCES, requires
from veille.web.kit import actor_of, number_of, page_of

SHOWN_REPAIRS = 5
CHART_DAYS = 30
LATEST = 12
STATES = {
    "repair": "à réparer", "active": "relevées", "refused": "refusées", "suspended": "suspendues",
    "manual": "à la main", "removed": "retirées",
}  # fmt: skip


@requires(READ)
def sources(request: HttpRequest) -> HttpResponse:
    """The list, filtered by the address; the box of what needs repair on top."""
    now = timezone.now()
    state = request.GET.get("etat", "")
    chosen = listing.Filter(
        state=state if state in STATES else "",
        query=request.GET.get("q", "").strip(),
        category=request.GET.get("categorie", ""),
    )
    page = page_of(listing.matching(chosen), request)
    repairs = listing.to_repair()
    context = {
        "chosen": chosen,
        "page": page,
        "rows": listing.rows(list(page), now),
        "repairs": list(repairs[:SHOWN_REPAIRS]),
        "to_repair": repairs.count(),
        "categories": listing.categories(),
        "states": STATES,
        "sentence": lambda row: listing.sentence(row, now),
        "removed": _just_removed(request),
    }
    return render(request, "pages/veille/sources.html", context)


def _just_removed(request: HttpRequest) -> Source | None:
    """The source of `?retiree=`, so that the list can offer to bring it back."""
    number = number_of(request.GET.get("retiree", ""))
    return Source.objects.filter(pk=number, state="removed").first() if number else None


@requires(READ)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: state, next check and why, last attempts, latest items, items per day."""
    now = timezone.now()
    found = sourcing.find(pk)
    row = listing.rows([found], now)[0]
    days = listing.per_day([pk], now, CHART_DAYS)[pk]
    context = {
        "source": found,
        "row": row,
        "sentence": listing.sentence(row, now),
        "attempts": found.attempts.all(),
        "items": Item.objects.filter(source=found).order_by("-published", "-pk")[:LATEST],
        "days": days,
        "most": max(count for _day, count in days),
        "confirmed": CONFIRMED.get(found.confirmed, found.confirmed),
        "territories": list(found.territories.all()),
    }
    return render(request, "pages/veille/source.html", context)


@requires(READ)
def export(request: HttpRequest, format: str) -> HttpResponse:
    """The list as a file, for another reader or another centre."""
    kind = "text/x-opml" if format == "opml" else "application/yaml"
    name = f"sources-vigie-{timezone.localdate():%Y-%m-%d}.{format}"
    response = HttpResponse(sourcing.export(format), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# What the word of a list says of its address (the shipped list explains them at its top).
CONFIRMED = {
    "sonde": "un tiers dit avoir lu ce flux",
    "utilise": "adresse vue dans un programme public qui la lit",
    "conteste": "avis contraires sur cette adresse",
    "motif": "adresse déduite, jamais vue",
    "non": "non confirmée",
}
ACTS: dict[str, tuple[Callable[[Source, User | None], Source], str]] = {
    "suspend": (sourcing.suspend, "« {} » est suspendue."),
    "resume": (sourcing.resume, "« {} » sera relevée de nouveau."),
    "remove": (sourcing.remove, ""),
    "restore": (sourcing.restore, "« {} » est rétablie."),
}


@require_POST
@requires(SOURCES)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Suspends, resumes, removes or brings back one source."""
    found = sourcing.find(pk)
    do, words = ACTS[verb]
    try:
        do(found, actor_of(request))
    except VigieError as error:
        messages.error(request, str(error))
        return redirect("veille:source", pk)
    if verb == "remove":
        response = redirect("veille:sources")
        response["Location"] += f"?retiree={pk}"
        return response
    messages.success(request, _(words).format(found.name))
    return redirect("veille:source", pk)


@require_POST
@requires(SOURCES)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads one source now and says what came of it."""
    found = sourcing.find(pk)
    report = collect_due(timezone.now(), all=True, only=[pk])
    if report.failures:
        messages.error(request, report.failures[0].message)
    elif report.held:
        messages.warning(request, report.holds[0].sentence())
    elif report.elsewhere:
        messages.info(request, _("Un relevé de cette source est déjà en cours."))
    elif not report.due:
        messages.warning(request, _("Cette source n’est pas relevée automatiquement."))
    else:
        messages.success(request, f"{found.name} : {report.sentence()}.")
    return redirect("veille:source", pk)
