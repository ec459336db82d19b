"""*Programmer* and *Envoyé*: the last sheet before sending, and the ledger as people read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletter import composing, delivery, events, reporting
from newsletter.models import Issue, Mailing
from newsletter.web.desk import steps
from newsletter.web.sheet import Sheet
from veille.exceptions import BadInput, Conflict, Refused, VigieError
from veille.french import PARIS, appointment
from veille.staff.models import User
from veille.staff.roles import READ, SEND, requires
from veille.web.kit import is_htmx, number_of, text_of, toast


def _issue(pk: int) -> Issue:
    people = ("approved_by", "submitted_by", "edited_by")
    return get_object_or_404(Issue.objects.select_related("series", *people), pk=pk)


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # every view here requires an account
    return request.user


def _mailing(issue: Issue) -> Mailing | None:
    """The mailing to show: none when its schedule was cancelled before anything left."""
    found = Mailing.objects.filter(issue=issue).first()
    if found is not None and found.state == "cancelled" and found.started_at is None:
        return None
    return found


@requires(READ)
@require_safe
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the sending stands; before it, the last sheet."""
    issue = _issue(pk)
    found = _mailing(issue)
    if found is None:
        return render(request, "pages/newsletter/last_sheet.html", _sheet(issue, {}))
    return render(request, "pages/newsletter/mailing.html", _status(issue, found))


@requires(READ)
@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the status page that moves."""
    return _fragment(request, pk)


@requires(SEND)
@require_safe
def when(request: HttpRequest, pk: int) -> HttpResponse:
    """The time typed, in words: «mardi 1er décembre à 9 h 00, dans 6 j»."""
    try:
        return HttpResponse(_words(_at(request.GET.get("day"), request.GET.get("time"))))
    except BadInput as error:
        return HttpResponse(str(error))


@requires(SEND)
@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The last sheet, confirmed. What was typed is kept when something is wrong."""
    issue, now = _issue(pk), timezone.now()
    typed = {name: text_of(request, name) for name in ("when", "day", "time", "typed")}
    try:
        at = now if typed["when"] == "now" else _at(typed["day"], typed["time"])
        expected = number_of(re.sub(r"\s", "", typed["typed"]))
        if expected is None:
            raise BadInput(_("Écrivez le nombre de destinataires pour confirmer."), where="typed")
        if any(one.severity == "error" for one in composing.findings(issue, now)):
            raise Refused(_("Un point bloque l’envoi : corrigez-le, puis faites relire."))
        delivery.schedule(issue, at, _who(request), now, expected=expected)
    except Conflict:  # a double click, or a colleague: where it stands is the answer
        return redirect("newsletter:mailing", pk)
    except VigieError as error:
        context = _sheet(issue, typed) | {"error": str(error), "where": _place(error)}
        return render(request, "pages/newsletter/last_sheet.html", context, status=422)
    return redirect("newsletter:mailing", pk)


@requires(SEND)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """One marked copy to an address of the team."""
    issue, now, to = _issue(pk), timezone.now(), text_of(request, "to")
    letter = composing.letter(issue, now)
    delivery.send_test(issue, to, _who(request), letter, now)
    said = _("Essai envoyé à %(to)s.") % {"to": to}
    return _done(request, pk, said)


def _act(name: str, said: str, act: Callable[[Issue, User, HttpRequest], object]) -> Any:
    """A view that does one act on a mailing and goes back to where it stands."""

    @requires(SEND)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        act(_issue(pk), _who(request), request)
        return _done(request, pk, said)

    view.__name__ = name
    return view


def _done(request: HttpRequest, pk: int, said: str) -> HttpResponse:
    if not is_htmx(request):
        return redirect("newsletter:mailing", pk)
    return toast(_fragment(request, pk), said)


def _fragment(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(pk)
    found = _mailing(issue)
    if found is None:  # nothing to follow any more: the page becomes the last sheet again
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "pages/newsletter/_mailing_live.html", _status(issue, found))


pause = _act("pause", "Envoi en pause.", lambda issue, who, _r: delivery.pause(issue, who))
resume = _act(
    "resume", "L’envoi reprend.", lambda issue, who, _r: delivery.resume(issue, who, timezone.now())
)
cancel = _act(
    "cancel", "Envoi annulé.", lambda issue, who, _r: delivery.cancel(issue, who, timezone.now())
)
retry = _act(
    "retry",
    "Ils seront renvoyés au prochain passage.",
    lambda issue, who, r: delivery.retry(issue, who, text_of(r, "which"), timezone.now()),
)
settle = _act(
    "settle",
    "Considérés comme reçus.",
    lambda issue, who, _r: delivery.settle(issue, who, timezone.now()),
)
leave = _act(
    "leave",
    "Laissés tels quels.",
    lambda issue, who, _r: delivery.leave(issue, who, timezone.now()),
)


def _at(day: str | None, clock: str | None) -> datetime:
    """A day and a time of Paris as an aware moment."""
    try:
        date, time = parse_date(day or ""), parse_time(clock or "")
    except ValueError:
        date = time = None
    if date is None or time is None:
        raise BadInput(_("Donnez un jour et une heure."), where="day")
    return datetime.combine(date, time, PARIS)


def _words(at: datetime) -> str:
    return appointment(at, timezone.now())


def _place(error: VigieError) -> str:
    where = getattr(error, "where", "")
    return {"at": "day", "day": "day", "typed": "typed"}.get(where, "")


def _sheet(issue: Issue, typed: dict[str, str]) -> dict[str, Any]:
    sheet = Sheet.of(issue, timezone.now())
    chosen = {"when": "later", "day": sheet.day, "time": sheet.time, "typed": ""} | typed
    try:
        words = _words(_at(chosen["day"], chosen["time"]))
    except BadInput:
        words = ""
    return {"issue": issue, "sheet": sheet, "typed": chosen, "words": words, "error": "",
            "where": "", "steps": steps(issue)}  # fmt: skip


def _status(issue: Issue, found: Mailing) -> dict[str, Any]:
    told = reporting.status(issue)
    return {
        "issue": issue,
        "mailing": found,
        "steps": steps(issue),
        "told": told,
        "bar": reporting.bar(told),
        "sentence": reporting.sentence(found, told),
        "moving": found.state == "sending"
        or (found.state == "scheduled" and (found.send_at - timezone.now()).total_seconds() < 120),
        "provider": delivery.provider_label(found.provider),
        "refused": reporting.lines(issue, "refused") if told["refused"] else [],
        "deferred": reporting.lines(issue, "deferred") if told["deferred"] else [],
        "doubtful": reporting.lines(issue, "in_doubt") if told["in_doubt"] else [],
        "story": events.of_issue(issue),
        "suppressed": reporting.suppressed(issue) if told["suppressed"] else [],
    }
