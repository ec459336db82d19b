"""Signing in, out, and by one-time link."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.sign_in import too_many, user_of


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else ""


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; the same answer for an unknown account and a wrong password."""
    email, error = "", ""
    if request.method == "POST":
        email = request.POST.get("email", "").strip().lower()
        address = request.META.get("REMOTE_ADDR", "")
        user = None
        braked = too_many(email, address)
        if braked:
            error = _("Trop d’essais. Attendez un quart d’heure, ou demandez un lien de connexion.")
        else:
            user = authenticate(request, username=email, password=request.POST.get("password"))
            error = _("Adresse ou mot de passe incorrect.")
        if isinstance(user, User):
            login(request, user)
            record(user, "signed in", user.email)
            return redirect(_next(request) or "veille:today")
        if not braked:  # a try while braked does not prolong the brake
            record(None, "sign-in refused", email, **{"from": address})
    context = {"email": email, "error": error, "next": _next(request)}
    return render(request, "pages/staff/sign_in.html", context, status=422 if error else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("staff:sign-in")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """French or English for this person's screens."""
    user = request.user
    if isinstance(user, User) and request.POST.get("language") in dict(settings.LANGUAGES):
        user.language = request.POST["language"]
        user.save(update_fields=["language"])
    return redirect(_next(request) or "veille:today")


@login_not_required
def one_time(request: HttpRequest, token: str) -> HttpResponse:
    """Sets a first (or new) password; GET only shows the form, so that scanners use nothing up."""
    user = user_of(token)
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        login(request, user)
        record(user, "set password", user.email)
        return redirect("veille:today")
    status = 422 if form.is_bound else 200
    return render(request, "pages/staff/one_time.html", {"form": form, "who": user}, status=status)
