"""Helpers for every page: htmx, toasts with undo, pages of a list."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from veille.staff.models import User

M = TypeVar("M", bound=Model)


def actor_of(request: HttpRequest) -> User:
    """The signed-in person; views are guarded, so there always is one."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def is_htmx(request: HttpRequest) -> bool:
    """Did htmx ask (so that a fragment is wanted)?"""
    return request.headers.get("HX-Request") == "true"


def toast(response: HttpResponse, text: str, *, undo: str = "", kind: str = "info") -> HttpResponse:
    """Makes the shell show `text` in the polite live region, with *Annuler* posting to `undo`."""
    event = {"toast": {"text": text, "undo": undo, "kind": kind}}
    response.headers["HX-Trigger"] = json.dumps(event)  # ASCII: json escapes what is not
    return response


def page_of(rows: QuerySet[M], request: HttpRequest, size: int = 50) -> Page[M]:
    """The page `?page=` of `rows`; out of range gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def text_of(request: HttpRequest, name: str, default: str = "") -> str:
    """A posted text field, stripped, LF line ends (browsers send CRLF)."""
    value: Any = request.POST.get(name, default)
    return str(value).replace("\r\n", "\n").strip()


def number_of(text: str) -> int | None:
    """The whole number that an address or a form holds; None when it is none that a row can have.

    Databases count in 64 bits: a longer number is nobody's, and would stop the query.
    """
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def version_of(request: HttpRequest) -> int | None:
    """The version that the posted form was made from; None when it says none."""
    return number_of(text_of(request, "version"))


def back_to(request: HttpRequest, default: str = "/") -> str:
    """Where the posted form wants to return (`next`), when that is an address of ours."""
    target = text_of(request, "next") or urlsplit(request.headers.get("Referer", "")).path
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe and target else default
