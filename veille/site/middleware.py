"""Content-Security-Policy and request id on every answer; errors of ours as pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from veille.exceptions import Conflict, NotFound, VigieError
from veille.site.errors import error_page
from veille.staff.models import User

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


class SecurityHeaders:
    """Gives each request `csp_nonce` and `request_id`; a view may set its own, stricter policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]  # ours
        request.request_id = secrets.token_hex(4)  # type: ignore[attr-defined]  # ours
        response = self.get_response(request)
        policy = POLICY.format(nonce=request.csp_nonce)  # type: ignore[attr-defined]  # ours
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]  # ours
        return response


class PlainErrors:
    """Turns a `VigieError` that no view caught into a page (or htmx fragment) saying what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this with whatever a view raised."""
        if not isinstance(error, VigieError):
            return None
        status = 409 if isinstance(error, Conflict) else 404 if isinstance(error, NotFound) else 422
        return error_page(request, status, str(error))


class ChosenLanguage:
    """Pages are in French unless the signed-in person chose English; never by the browser's wish,
    so that a screen described over the phone is the same on both sides.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        with translation.override(user.language if isinstance(user, User) else "fr"):
            return self.get_response(request)
