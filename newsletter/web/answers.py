"""How the editor's posts answer: JSON to the script, a redirect without it.

With the script (header HX-Request), `status` and `notes` are always given, the structure when the
gesture changed it; the version is the one to send with the next gesture. Without it, the person
goes back to the page, at the entry they touched; a conflict shows both texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from newsletter.composing.describe import find_issue
from newsletter.exceptions import EditConflict
from newsletter.models import Entry, Issue
from newsletter.web.desk import desk
from veille.exceptions import BadInput, VigieError
from veille.web.kit import is_htmx, text_of

LABELS = {
    "title": "Titre", "subject": "Objet", "preheader": "Accroche", "edito": "Édito",
    "edito_signature": "Signature", "summary": "Résumé", "importance": "Pourquoi c’est important",
    "url": "Adresse", "source_name": "Source", "place": "Lieu", "published": "Date",
    "deadline": "Échéance", "event_start": "Date de l’événement",
    "event_place": "Lieu de l’événement",
}  # fmt: skip


def version_of(request: HttpRequest) -> int | None:
    """The version the person saw; None when the form carries none."""
    text = text_of(request, "version")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def fields_of(request: HttpRequest, names: Any) -> dict[str, str]:
    """The posted values of those of `names` that the form carries."""
    return {name: text_of(request, name) for name in names if name in request.POST}


def edited(
    request: HttpRequest, pk: int, *, at: str = "", structure: bool = True, said: str = "",
    undo: str = "",
) -> HttpResponse:  # fmt: skip
    """The answer to an edit that was written. `at`: the id to come back to."""
    if not is_htmx(request):
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(f"{reverse('newsletter:issue', args=[pk])}#{at}")
    values = desk(request, pk, timezone.now())
    return JsonResponse(
        {
            "version": values["issue"].version,
            "said": said,
            "undo": undo,
            "at": at,
            **parts(request, values, structure=structure),
        }
    )


def parts(request: HttpRequest, values: dict[str, Any], *, structure: bool) -> dict[str, Any]:
    """The pieces of the page to put in place: status, steps, notes and, when asked, structure."""
    values = values | {"scripted": True}
    found: dict[str, Any] = {
        "status": _part("status", values, request),
        "steps": _part("steps", values, request),
        "notes": {
            key: _part("notes", {"found": found, "issue": values["issue"]}, request)
            for key, found in values["notes"].items()
        },
    }
    if structure:
        found["structure"] = _part("structure", values, request)
    return found


def _part(name: str, values: dict[str, Any], request: HttpRequest) -> str:
    return render_to_string(f"pages/newsletter/_{name}.html", values, request)


def told(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Decorates an editing view: errors of ours are told where the person is, nothing is lost."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, *args, **kwargs)
        except EditConflict as error:
            return _conflict(request, pk, kwargs.get("entry"), error)
        except VigieError as error:
            if is_htmx(request):
                where = error.where if isinstance(error, BadInput) else ""
                return JsonResponse({"message": str(error), "where": where}, status=422)
            return _refused(request, pk, kwargs.get("entry"), error)

    return guarded


def current(row: Issue | Entry, name: str) -> str:
    """The present text of a field, as a form carries it."""
    if isinstance(row, Entry) and name.startswith("event_"):
        event = row.event or {}
        return str(event.get(name.removeprefix("event_")) or "")[: 10 if "start" in name else None]
    value = getattr(row, name)
    return "" if value is None else str(value)


def _both(request: HttpRequest, pk: int, entry: int | None) -> list[dict[str, str]]:
    """Each posted text field with what stands now and what the person sent."""
    issue = find_issue(pk)
    row = issue.entries.filter(pk=entry).first() if entry else issue
    if row is None:
        return []
    return [
        {"name": name, "label": LABELS[name], "theirs": current(row, name),
         "mine": text_of(request, name)}
        for name in LABELS
        if name in request.POST and hasattr_field(row, name)
    ]  # fmt: skip


def hasattr_field(row: Issue | Entry, name: str) -> bool:
    """Is `name` a field of this row's form?"""
    return hasattr(row, name) or (isinstance(row, Entry) and name.startswith("event_"))


def _conflict(
    request: HttpRequest, pk: int, entry: int | None, error: EditConflict
) -> HttpResponse:
    both = _both(request, pk, entry)
    if is_htmx(request):
        values = desk(request, pk, timezone.now())
        answer = {
            "message": str(error),
            "who": error.who,
            "version": error.version,
            "theirs": {line["name"]: line["theirs"] for line in both},
            "labels": {line["name"]: line["label"] for line in both},
            **parts(request, values, structure=True),
        }
        return JsonResponse(answer, status=409)
    return _again(request, pk, str(error), both, error.version, 409)


def _refused(request: HttpRequest, pk: int, entry: int | None, error: VigieError) -> HttpResponse:
    both = _both(request, pk, entry)
    issue = find_issue(pk)
    return _again(request, pk, str(error), both, issue.version, 422)


def _again(
    request: HttpRequest, pk: int, message: str, both: list[dict[str, str]], version: int,
    status: int,
) -> HttpResponse:  # fmt: skip
    """The page that keeps the person's text and lets them send it again."""
    values = {
        "issue": find_issue(pk),
        "message": message,
        "both": both,
        "version": version,
        "conflict": status == 409,
        "action": request.path,
    }
    return render(request, "pages/newsletter/again.html", values, status=status)
