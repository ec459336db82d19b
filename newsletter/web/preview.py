"""The true letter in a frame, as its readers would see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from newsletter import composing
from newsletter.composing.describe import find_issue
from newsletter.exceptions import RenderingError
from newsletter.letter import Letter
from newsletter.rendering import views
from newsletter.web.desk import desk, view_of
from veille.staff.roles import READ, requires

# Nothing runs and nothing is reached but pictures: no script, no form, no top navigation. The
# frame keeps our origin (allow-same-origin without allow-scripts, so that still nothing runs in
# it): the editor can then hold the place while the letter is refreshed, and open the entry that is
# clicked.
POLICY = (
    "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; "
    "sandbox allow-same-origin; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@requires(READ)
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter alone, with the five views."""
    return render(request, "pages/newsletter/preview.html", desk(request, pk, timezone.now()))


@requires(READ)
@require_GET
@xframe_options_sameorigin
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """What the frame holds: the frozen letter of a submitted issue, else the draft as it is."""
    try:
        body, kind = _body(composing.letter(find_issue(pk), timezone.now()), view_of(request))
    except RenderingError as error:
        body, kind = f"<p lang=fr>{escape(error)}</p>", "text/html"
    answer = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _body(made: Letter, view: str) -> tuple[str, str]:
    if view == "texte":
        return made.text, "text/plain"
    if view == "sombre":
        return views.dark(made.html), "text/html"
    if view == "sans-images":
        return views.light(views.without_images(made.html)), "text/html"
    return views.light(made.html), "text/html"
