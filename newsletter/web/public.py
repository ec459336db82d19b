"""Pages open to readers: leaving, preferences, the archive. No account, no cookie to read them.

Links are opened by scanners before people: GET, HEAD and OPTIONS only ask. What acts is a POST;
the one-click POST of mail clients (RFC 8058) carries no cookie and no CSRF token, and needs none,
because the token in the address is the whole right, for one letter, to leave it.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsletter import subscribing
from newsletter.addresses import masked
from newsletter.models import Issue, Subscription
from newsletter.reader_links import Holder, holder, public_version
from newsletter.tokens import PREFERENCES, UNSUBSCRIBE
from veille.models import Centre
from veille.web.kit import page_of

# The letter brings its own inline styles and nothing else may run, load or be submitted.
LETTER_POLICY = (
    "default-src 'none'; img-src 'self' {public} data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups "
    "allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
FEED_LENGTH = 30
PLAIN = "text/plain; charset=utf-8"


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "public/unknown.html", status=404)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST «List-Unsubscribe=One-Click» acts; as often as one likes, for ever."""
    who = holder(UNSUBSCRIBE, token)
    if who is None:
        return _unknown(request)
    if request.method == "OPTIONS":
        return HttpResponse(headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    asked = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
    if asked and who.subscription is not None:
        proof = _("lien de la lettre") if "page" in request.POST else _("bouton du courrielleur")
        subscribing.unsubscribe(who.subscription, proof=proof, now=timezone.now())
        who.subscription.refresh_from_db()
    if asked and "page" not in request.POST:  # a mail client: no page, no cookie, no redirection
        return HttpResponse(
            _("Désabonnement enregistré."), content_type="text/plain; charset=utf-8"
        )
    return _unsubscribe_page(request, who, just_left=asked)


def _unsubscribe_page(request: HttpRequest, who: Holder, *, just_left: bool) -> HttpResponse:
    context = {
        "subscription": who.subscription,
        "address": masked(who.subscription.subscriber.address) if who.subscription else "",
        "token": who.token,
        "just_left": just_left,
    }
    return render(request, "public/unsubscribe.html", context)


@login_not_required
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """«Je me suis trompé·e»: back on the letter just left."""
    who = holder(UNSUBSCRIBE, token)
    if who is None:
        return _unknown(request)
    if who.subscription is not None:
        subscribing.come_back(
            who.subscription, proof=_("retour par le lien de la lettre"), actor=None,
            now=timezone.now(),
        )  # fmt: skip
    return redirect(f"{reverse('public:unsubscribe', args=[token])}?retour=1")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The letters of this reader, each with its way out (and back)."""
    who = holder(PREFERENCES, token)
    if who is None:
        return _unknown(request)
    if who.subscription is None:
        return render(request, "public/unsubscribe.html", {
            "subscription": None, "address": "", "token": token, "just_left": False,
        })  # fmt: skip
    reader = who.subscription.subscriber
    letters = reader.subscriptions.exclude(state="pending").select_related("series")
    if request.method == "POST":
        number = request.POST.get("subscription", "")
        chosen = letters.filter(pk=number).first() if re.fullmatch(r"[0-9]{1,9}", number) else None
        if chosen is None:
            raise Http404
        _switch(chosen, leave=request.POST.get("do") == "leave")
        return redirect("public:preferences", token)
    context = {
        "letters": letters.order_by("series__position"),
        "address": masked(reader.address),
        "token": token,
    }
    return render(request, "public/preferences.html", context)


def _switch(chosen: Subscription, *, leave: bool) -> None:
    proof, now = _("page des préférences"), timezone.now()
    if leave:
        subscribing.unsubscribe(chosen, proof=proof, now=now)
    else:
        subscribing.come_back(chosen, proof=proof, actor=None, now=now)


@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """How to leave, for who reads the public version of a letter: it holds no personal link."""
    return render(request, "public/leave.html")


def published() -> QuerySet[Issue]:
    """The issues anybody may read: those that have left, most recent first."""
    left = Issue.objects.filter(
        state__in=("sending", "sent", "cancelled"), mailing__started_at__isnull=False
    )
    return left.select_related("series", "mailing").order_by("-mailing__started_at", "-pk")


@login_not_required
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """A list of dated titles."""
    return render(request, "public/archive.html", {"issues": page_of(published(), request)})


@login_not_required
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter as it was sent: the frozen bytes, under a policy of their own."""
    found = published().filter(slug=slug).first()
    if found is None:
        return _unknown(request)
    response = HttpResponse(public_version(found.frozen_html))
    policy = LETTER_POLICY.format(public=settings.PUBLIC_URL)
    response.headers["Content-Security-Policy"] = policy
    return response


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The archive as RSS 2.0."""
    centre = Centre.current()
    rss = Rss201rev2Feed(
        title=_("Lettres de %(name)s") % {"name": centre.name},
        link=f"{settings.PUBLIC_URL}{reverse('public:archive')}",
        description=_("Les numéros parus, le plus récent d’abord."),
        language="fr",
        feed_url=f"{settings.PUBLIC_URL}{reverse('public:feed')}",
    )
    for one in published()[:FEED_LENGTH]:
        address = f"{settings.PUBLIC_URL}{reverse('public:issue', args=[one.slug])}"
        rss.add_item(
            title=f"{one} : {one.frozen_subject}",
            link=address,
            unique_id=address,
            description=one.preheader or one.frozen_subject,
            pubdate=one.mailing.started_at,
        )
    return HttpResponse(rss.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
