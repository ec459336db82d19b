"""The page environment: what every template may call."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.finders import find
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, StrictUndefined

from veille import french
from veille.models import Centre
from veille.staff.roles import can


def environment(**options: Any) -> Environment:
    """Jinja2 for pages: autoescape on, undefined names are errors, gettext installed."""
    options |= {"undefined": StrictUndefined, "autoescape": True}
    env = Environment(  # noqa: S701  # autoescape is in the options
        **options,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    env.globals.update(static=static, url=url, can=can, now=timezone.now)
    env.filters.update(
        long_day=french.long_day,
        full_date=french.full_date,
        short_date=french.short_date,
        month_year=french.month_year,
        clock=french.clock,
        day_and_clock=french.day_and_clock,
        number=french.number,
        count=french.count,
        ago=_ago,
    )
    return env


def _ago(moment: datetime) -> str:
    return french.ago(moment, timezone.now())


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """`url("veille:item", 3)`: the path of a named view."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@cache
def static(path: str) -> str:
    """The address of a shipped file, with a hash of its content so that it may be cached a year."""
    found = find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"templates/static/{path}")
    with open(found, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:10]
    return f"{settings.STATIC_URL}{path}?v={digest}"


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the shell of every page needs."""
    return {
        "nonce": getattr(request, "csp_nonce", ""),
        "user": request.user if hasattr(request, "user") else None,
        "centre": Centre.current(),
        "messages": get_messages(request) if hasattr(request, "_messages") else [],
        "here": request.resolver_match.view_name if request.resolver_match else "",
    }
