"""*Sources*: the forms. Add an address, import a list, edit one source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from veille import sourcing
from veille.exceptions import BadInput, VigieError
from veille.models import Source
from veille.reading.discover import Candidate
from veille.sourcing import listing
from veille.staff.roles import SOURCES, requires
from veille.web.kit import actor_of, text_of


@requires(SOURCES)
def add(request: HttpRequest) -> HttpResponse:
    """First asks the address and shows what was found; saves only what the person then chose."""
    names = ("url", "name", "category", "coverage", "kind", "site_url")
    given = {name: text_of(request, name) for name in names}
    context: dict[str, Any] = {"probe": None, "error": "", "categories": listing.categories()}
    context |= {name: given[name] for name in ("name", "category", "coverage")}
    context["address"] = given["url"] or request.GET.get("url", "")
    if request.method != "POST":
        return render(request, "pages/veille/source_add.html", context)
    try:
        if text_of(request, "act") == "save":
            return _save(request, given)
        context["probe"] = sourcing.probe(given["url"])
    except VigieError as error:
        context["error"] = str(error)
    status = 422 if context["error"] else 200
    return render(request, "pages/veille/source_add.html", context, status=status)


def _save(request: HttpRequest, values: dict[str, str]) -> HttpResponse:
    url, kind = values.pop("url"), values.pop("kind") or "feed"
    source = sourcing.add(url, kind=kind, actor=actor_of(request), **values)
    if source.state == "manual":
        messages.success(request, _("La source est gardée, à suivre à la main."))
    else:
        messages.success(request, _("La source est ajoutée : elle sera lue au prochain relevé."))
    return redirect("veille:source", source.pk)


@requires(SOURCES)
def take_list(request: HttpRequest) -> HttpResponse:
    """Imports a file or the shipped list; answers with the report, refused lines included."""
    context: dict[str, Any] = {"report": None, "error": "", "name": ""}
    if request.method != "POST":
        return render(request, "pages/veille/sources_import.html", context)
    try:
        if text_of(request, "shipped"):
            context["report"] = sourcing.import_shipped(actor_of(request))
        elif (file := request.FILES.get("file")) is None:
            raise BadInput(_("Choisissez d’abord un fichier OPML ou YAML."))
        else:
            context["name"] = file.name or ""
            data = file.read()
            context["report"] = sourcing.import_file(data, file.name or "", actor_of(request))
    except VigieError as error:
        context["error"] = str(error)
    status = 422 if context["error"] else 200
    return render(request, "pages/veille/sources_import.html", context, status=status)


class SourceForm(forms.Form):
    """What a person may change of a source. The domain function decides what is right."""

    name = forms.CharField(label=lazy("Nom"), required=False)
    url = forms.CharField(label=lazy("Adresse du flux"), required=False)
    site_url = forms.CharField(label=lazy("Site"), required=False)
    category = forms.CharField(label=lazy("Catégorie"), required=False)
    coverage = forms.CharField(label=lazy("Territoire"), required=False)
    priority = forms.ChoiceField(
        label=lazy("Priorité"), required=False,
        choices=[(n, str(n)) for n in range(1, 10)],
    )  # fmt: skip
    rights = forms.ChoiceField(label=lazy("Droits"), required=False, choices=Source.RIGHTS)
    filtered = forms.BooleanField(label=lazy("Source généraliste"), required=False)
    daily = forms.BooleanField(label=lazy("Lue chaque matin"), required=False)
    note = forms.CharField(label=lazy("Note"), required=False)


@requires(SOURCES)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; errors stand beside their field and nothing typed is lost."""
    source = sourcing.find(pk)
    if request.method != "POST":
        start = {name: getattr(source, name) for name in SourceForm.base_fields}
        start |= {"url": request.GET["url"]} if request.GET.get("url") else {}
        return _form(request, source, SourceForm(initial=start))
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _form(request, source, form)
    try:
        sourcing.edit(source, actor_of(request), **form.cleaned_data)
    except BadInput as error:
        form.add_error(error.where or None, str(error))
        return _form(request, sourcing.find(pk), form)
    messages.success(request, _("Les changements sont enregistrés."))
    return redirect("veille:source", pk)


def _form(
    request: HttpRequest, source: Source, form: SourceForm, candidates: Sequence[Candidate] = ()
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"source": source, "form": form, "candidates": candidates}
    return render(request, "pages/veille/source_edit.html", context, status=status)


@require_POST
@requires(SOURCES)
def search_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The form again, with the feeds the site announces today."""
    source = sourcing.find(pk)
    start = {name: getattr(source, name) for name in SourceForm.base_fields}
    try:
        found = sourcing.search_again(source)
    except VigieError as error:
        messages.warning(request, str(error))
        return redirect("veille:source-edit", pk)
    return _form(request, source, SourceForm(initial=start), found)
