"""Where providers tell what became of the messages. Kept as it comes, read later by a job.

No cookie is looked at and no CSRF token asked for: the right to post is the secret path and what
proves it (newsletter.events.doors). Whoever has neither learns nothing, not even that it exists.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter import events
from newsletter.events import doors

PLAIN = "text/plain; charset=utf-8"


def _say(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type=PLAIN)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, provider: str, path: str) -> HttpResponse:
    """POST keeps the body; GET answers «yes, here» to whoever validates the address."""
    door = doors.knocks(provider, path)
    if door is None:
        return _say("Adresse inconnue.", 404)
    if request.method != "POST":
        return _say("Prêt.", 200)
    body = _body(request)
    if body is None:
        return _say("Au plus 1 Mio par envoi.", 413)
    authorization = request.headers.get("Authorization", "")
    signature = request.headers.get("X-Mailchimp-Signature", "")
    if not doors.opens(door, provider, authorization, signature, body, timezone.now()):
        answer = _say("Mot de passe ou signature refusés.", 401)
        answer.headers["WWW-Authenticate"] = 'Basic realm="crochets"'
        return answer
    if not body.strip():
        return _say("Corps vide.", 400)
    events.keep(provider, body, timezone.now())
    return _say("Reçu.", 200)


def _body(request: HttpRequest) -> bytes | None:
    """At most 1 MiB of it, whatever was announced; None for more."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > doors.MOST_BYTES:
        return None
    body = request.read(doors.MOST_BYTES + 1)
    return None if len(body) > doors.MOST_BYTES else body
