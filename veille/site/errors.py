"""Error pages: what happened, what was kept, what to do, and a reference number."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def error_page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """The page for `message`; a short fragment when htmx asked."""
    reference = getattr(request, "request_id", "")
    if request.headers.get("HX-Request"):
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    context = {"message": message, "reference": reference, "status": status}
    return render(request, "pages/error.html", context, status=status)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404, _("Cette page n’existe pas ou n’existe plus."))


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(
        request,
        403,
        _("Votre rôle ne permet pas cette action. Demandez à une personne qui administre Vigie."),
    )


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return error_page(
        request,
        403,
        _("Le formulaire n’est plus valable. Revenez en arrière, rechargez la page, réessayez."),
    )


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: the reference number is in the log beside the traceback."""
    log.error("server error, reference %s", getattr(request, "request_id", ""))
    return error_page(
        request,
        500,
        _("Vigie a rencontré une erreur. Ce qui était enregistré le reste. Réessayez ; si cela")
        + " "
        + _("recommence, transmettez la référence ci-dessous."),
    )
