"""*Sources*: the forms. Import a list, edit one source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from veille import sourcing
from veille.exceptions import BadInput, VigieError
from veille.models import Source
from veille.staff.roles import SOURCES, requires
from veille.web.kit import actor_of, text_of


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


def _form(request: HttpRequest, source: Source, form: SourceForm) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"source": source, "form": form}
    return render(request, "pages/veille/source_edit.html", context, status=status)
