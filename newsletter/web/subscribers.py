"""*Abonnés*: the list, one reader, adding, importing, exporting, leaving, erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletter import events, subscribing
from newsletter.models import ConsentEvent, Delivery, Series, Subscriber, Subscription
from newsletter.models.subscriber import address_digest
from veille.exceptions import BadInput, VigieError
from veille.french import count
from veille.staff.models import User
from veille.staff.roles import SUBSCRIBERS, requires
from veille.web.kit import page_of, text_of

FIELDS = ("email", "name", "organisation", "function", "letter", "proof")


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # every view here requires an account
    return request.user


@requires(SUBSCRIBERS)
@require_safe
def subscribers(request: HttpRequest) -> HttpResponse:
    """The list: `q` looks in address, name and organisation; `letter` and `state` narrow it."""
    return render(request, "pages/newsletter/subscribers.html", _list(request, {}))


def _list(request: HttpRequest, typed: dict[str, str], error: str = "", where: str = "") -> Any:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "letter", "state")}
    letters = list(
        Series.objects.annotate(
            readers=Count("subscriptions", Q(subscriptions__state="active")),
        )
    )
    return {
        "people": page_of(_found(**asked), request),
        "letters": letters,
        "asked": asked,
        "everybody": Subscriber.objects.count(),
        "typed": dict.fromkeys(FIELDS, "") | typed,
        "error": error,
        "where": where,
    }


def _found(q: str, letter: str, state: str) -> QuerySet[Subscriber]:
    subscriptions = Subscription.objects.filter(subscriber=OuterRef("pk"))
    if letter:
        subscriptions = subscriptions.filter(series=letter)
    if state in {"active", "left", "pending"}:
        subscriptions = subscriptions.filter(state=state)
    people = Subscriber.objects.prefetch_related(
        Prefetch("subscriptions", Subscription.objects.select_related("series"))
    )
    if letter or state:
        people = people.filter(Exists(subscriptions))
    for word in q.split():
        people = people.filter(
            Q(address__icontains=word) | Q(name__icontains=word) | Q(organisation__icontains=word)
        )
    return people


@requires(SUBSCRIBERS)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One reader by hand; what was typed stays when something is wrong."""
    typed = {name: text_of(request, name) for name in FIELDS}
    series = Series.objects.filter(pk=typed["letter"]).first()
    try:
        if series is None:
            raise BadInput(_("Choisissez une lettre."), where="letter")
        outcome = subscribing.add(
            typed["email"], series, proof=typed["proof"], actor=_who(request), now=timezone.now(),
            name=typed["name"], organisation=typed["organisation"], function=typed["function"],
        )  # fmt: skip
    except VigieError as error:
        context = _list(request, typed, str(error), getattr(error, "where", "") or "email")
        return render(request, "pages/newsletter/subscribers.html", context, status=422)
    said = _("%s est abonné·e.") if outcome == "added" else _("%s était déjà abonné·e.")
    messages.success(request, said % typed["email"])
    return redirect("newsletter:subscribers")


@requires(SUBSCRIBERS)
def import_file(request: HttpRequest) -> HttpResponse:
    """A table of readers; the report stays on the page, with each refused line."""
    context: dict[str, Any] = {
        "letters": Series.objects.filter(active=True),
        "typed": {name: text_of(request, name) for name in ("letter", "proof")},
        "report": None,
        "error": "",
        "where": "",
    }
    if request.method != "POST":
        return render(request, "pages/newsletter/subscribers_import.html", context)
    series = Series.objects.filter(pk=context["typed"]["letter"]).first()
    file = request.FILES.get("file")
    try:
        if series is None:
            raise BadInput(_("Choisissez une lettre."), where="letter")
        if file is None:
            raise BadInput(_("Choisissez un fichier."), where="file")
        context["report"] = subscribing.import_csv(
            file.read(), series, proof=context["typed"]["proof"], actor=_who(request),
            now=timezone.now(),
        )  # fmt: skip
    except BadInput as error:
        context |= {"error": str(error), "where": error.where}
    status = 422 if context["error"] else 200
    return render(request, "pages/newsletter/subscribers_import.html", context, status=status)


@requires(SUBSCRIBERS)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The readers as CSV. A POST, since it is written down who took them out."""
    series = Series.objects.filter(pk=text_of(request, "letter")).first()
    answer = HttpResponse(
        subscribing.export_csv(actor=_who(request), series=series),
        content_type="text/csv; charset=utf-8",
    )
    name = f"abonnes-{timezone.localdate().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(SUBSCRIBERS)
@require_safe
def subscriber(request: HttpRequest, pk: int) -> HttpResponse:
    """One reader: letters, history of consent, issues received."""
    reader = get_object_or_404(Subscriber.objects.select_related("audience"), pk=pk)
    context = {
        "reader": reader,
        "subscriptions": reader.subscriptions.select_related("series").order_by("series__position"),
        "story": events.of_reader(reader.address),
        "themes": reader.themes.all(),
        "territories": reader.territories.all(),
        "history": ConsentEvent.objects.filter(
            digest=address_digest(reader.address)
        ).select_related("series")[:100],
        "deliveries": Delivery.objects.filter(subscriber=reader)
        .select_related("issue__series")
        .order_by("-pk")[:50],
    }
    return render(request, "pages/newsletter/subscriber.html", context)


@requires(SUBSCRIBERS)
@require_POST
def unsubscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a reader off a letter, at their request."""
    rows = Subscription.objects.select_related("series")
    held = get_object_or_404(rows, subscriber=pk, series=text_of(request, "letter"))
    proof = text_of(request, "proof") or _("à sa demande, par l’équipe")
    subscribing.unsubscribe(held, proof=proof, now=timezone.now(), actor=_who(request))
    messages.success(request, _("Cette personne ne recevra plus « %s ».") % held.series)
    return redirect("newsletter:subscriber", pk)


@requires(SUBSCRIBERS)
@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets a reader, for good."""
    reader = get_object_or_404(Subscriber, pk=pk)
    if request.POST.get("sure") != "1":
        messages.error(request, _("Cochez la case pour confirmer l’effacement."))
        return redirect("newsletter:subscriber", pk)
    ended = subscribing.erase(reader.address, actor=_who(request), now=timezone.now())
    said = _("Effacé (%s). Seule une empreinte reste, pour ne plus jamais lui écrire.")
    messages.success(request, said % count(ended, "abonnement"))
    return redirect("newsletter:subscribers")
