"""*Vérifier* (findings, reasons, submission) and *Relire* (the approver's page)."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter import approving, delivery
from newsletter.composing.describe import find_issue
from newsletter.models import Issue
from newsletter.web.answers import version_of
from newsletter.web.desk import desk, steps
from veille.exceptions import VigieError
from veille.staff.roles import COMPOSE, READ, can, requires
from veille.web.kit import actor_of, text_of

REASON = "reason:"
MOST_CHANGES = 80


@requires(READ)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what pre-flight found; POST: keeps the reasons and, with `submit`, hands it over."""
    if request.method == "GET" or not can(request.user, COMPOSE):
        return _check(request, pk, "", {})
    issue, actor, now = find_issue(pk), actor_of(request), timezone.now()
    reasons = {
        key.removeprefix(REASON): text_of(request, key)
        for key in request.POST
        if key.startswith(REASON)
    }
    try:
        if "submit" not in request.POST:
            approving.accept(issue, reasons, actor, now=now)
            messages.success(request, _("Raisons enregistrées."))
            return redirect("newsletter:check", pk)
        issue = approving.submit(
            issue, actor, reasons=reasons, now=now, version=version_of(request)
        )
    except VigieError as error:
        return _check(request, pk, str(error), reasons)
    messages.success(request, _("Numéro figé et donné à relire."))
    for problem in delivery.ask_approvers(issue, actor, now=now):
        messages.warning(request, problem)
    return redirect("newsletter:review", pk)


def _check(request: HttpRequest, pk: int, error: str, given: dict[str, str]) -> HttpResponse:
    values = desk(request, pk, timezone.now())
    reasons = values["issue"].accepted_warnings | given
    if values["issue"].state == "draft":
        values["steps"] = steps(values["issue"], at=1)
    values |= {"error": error, "reasons": reasons, "prefix": REASON}
    return render(request, "pages/newsletter/check.html", values, status=422 if error else 200)


@requires(READ)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen letter, what changed since it was last submitted, and the two answers."""
    comment = text_of(request, "comment")
    if request.method == "GET":
        return _review(request, pk, "", comment)
    issue, actor, now = find_issue(pk), actor_of(request), timezone.now()
    try:
        if "approve" in request.POST:
            sha256 = text_of(request, "sha256")
            approving.approve(issue, actor, sha256=sha256, comment=comment, now=now)
            messages.success(request, _("Envoi approuvé."))
        else:
            approving.give_back(issue, actor, comment, now=now)
            messages.success(request, _("Numéro renvoyé avec votre commentaire."))
    except VigieError as error:
        return _review(request, pk, str(error), comment)
    return redirect("newsletter:review", pk)


def _review(request: HttpRequest, pk: int, error: str, comment: str) -> HttpResponse:
    values = desk(request, pk, timezone.now())
    values |= {"error": error, "comment": comment, "changes": changes(values["issue"])}
    return render(request, "pages/newsletter/review.html", values, status=422 if error else 200)


def changes(issue: Issue) -> list[dict[str, Any]]:
    """Subject and lines of the text part added or taken away since the last submission."""
    if not issue.previous_text or not issue.frozen_text:
        return []
    before = issue.previous_text.splitlines()
    after = [issue.frozen_subject, *issue.frozen_text.splitlines()]
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    found = [
        {"added": line.startswith("+"), "text": line[1:].strip()}
        for line in lines
        if line[:1] in "+-" and line[:3] not in {"+++", "---"} and line[1:].strip()
    ]
    return found[:MOST_CHANGES]
