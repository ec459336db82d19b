"""The settings of one letter: sender, provider, sections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from newsletter import composing
from newsletter.composing.series import find
from newsletter.models import Series
from veille.exceptions import BadInput
from veille.staff.roles import SETTINGS, requires
from veille.web.kit import actor_of, text_of

FIELDS = ("name", "sender_name", "sender_address", "reply_to", "list_id", "provider", "list",
          "next_number")  # fmt: skip
BOXES = ("same_person_may_approve", "active")
SECTION = ("title", "position", "most")


@requires(SETTINGS)
def letter_settings(request: HttpRequest, series: str) -> HttpResponse:
    """The form; a value that cannot be read is told beside its field and nothing is written."""
    row = find(series)
    if request.method != "POST":
        return _page(request, row, _values(row), None)
    given = {name: text_of(request, name) for name in _values(row) if name not in BOXES}
    given |= {name: "oui" if name in request.POST else "non" for name in BOXES}
    changed = {name: value for name, value in given.items() if value != _values(row)[name]}
    try:
        composing.configure(row, changed, actor_of(request))
    except BadInput as error:
        return _page(request, find(series), given, error)
    messages.success(request, _("Réglages enregistrés."))
    return redirect("newsletter:letter-settings", series)


def _values(row: Series) -> dict[str, str]:
    """Every field of the form as text, under the names `configure` takes."""
    values = {name: str(getattr(row, name)) for name in FIELDS if name != "list"}
    values["list"] = str(row.provider_options.get("list", ""))
    values |= {name: "oui" if getattr(row, name) else "non" for name in BOXES}
    for section in row.sections.all():
        for name in SECTION:
            values[f"sections.{section.slug}.{name}"] = str(getattr(section, name))
    return values


def _page(
    request: HttpRequest, row: Series, values: dict[str, str], error: BadInput | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "series": row,
        "others": Series.objects.exclude(pk=row.pk),
        "sections": row.sections.all(),
        "values": values,
        "where": error.where if error else "",
        "error": str(error) if error else "",
    }
    return render(
        request, "pages/newsletter/letter_settings.html", context, status=422 if error else 200
    )
