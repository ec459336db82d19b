"""*Comptes*: who works here, with which role; new links for those who lost theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from veille.exceptions import VigieError
from veille.staff import accounts as domain
from veille.staff.audit import VERBS
from veille.staff.models import AuditEntry, User
from veille.staff.roles import ROLES, STAFF, requires
from veille.staff.sign_in import one_time_link
from veille.web.kit import actor_of, text_of


def _page(request: HttpRequest, status: int = 200, **context: object) -> HttpResponse:
    shown = {
        "accounts": User.objects.order_by("-is_active", "email"),
        "roles": ROLES,
        "trail": AuditEntry.objects.all()[:20],
        "verb": lambda verb: VERBS.get(verb, verb),
        "error": "",
        "link": "",
        "link_for": "",
        "email": "",
    } | context
    return render(request, "pages/veille/accounts.html", shown, status=status)


@requires(STAFF)
def accounts(request: HttpRequest) -> HttpResponse:
    """The list; POST opens an account and shows its one-time link, once."""
    if request.method != "POST":
        return _page(request)
    email, role = text_of(request, "email"), text_of(request, "role")
    try:
        if role not in ROLES:
            return _page(request, 422, error=_("Choisissez un rôle."), email=email)
        user = domain.add(email, role=role, name=text_of(request, "name"), actor=actor_of(request))
    except VigieError as error:
        return _page(request, 422, error=str(error), email=email)
    return _page(request, link=one_time_link(user), link_for=user.email)


@require_POST
@requires(STAFF)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a role, closes an account, or makes a new one-time link."""
    user = get_object_or_404(User, pk=pk)
    act = text_of(request, "act")
    try:
        if act == "link":
            link = domain.new_link(user.email, actor=actor_of(request))
            return _page(request, link=link, link_for=user.email)
        if act == "close":
            domain.close(user.email, actor=actor_of(request))
        else:
            domain.set_role(user.email, text_of(request, "role"), actor=actor_of(request))
    except VigieError as error:
        return _page(request, 422, error=str(error))
    return redirect("veille:accounts")
