"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from veille.web import accounts, centre, item, search, source_forms, sources, today

app_name = "veille"
urlpatterns = [
    path("", today.today, name="today"),
    path("contenus/ajouter", item.add, name="item-add"),
    path("contenus/lot", today.several, name="items-several"),
    path("contenus/<int:pk>", item.item, name="item"),
    path("contenus/<int:pk>/volet", item.pane, name="item-pane"),
    path("contenus/<int:pk>/ligne", item.row, name="item-row"),
    path("contenus/<int:pk>/etiquette", item.tag, name="item-tag"),
    path("contenus/<int:pk>/notes", item.notes, name="item-notes"),
    path("contenus/<int:pk>/<slug:act>", today.decide, name="item-decide"),
    path("decisions/annuler", today.undo, name="undo"),
    path("etiquettes/<slug:facet>", item.options, name="options"),
    path("recherche", search.search, name="search"),
    path("sources", sources.sources, name="sources"),
    path("sources/ajouter", source_forms.add, name="source-add"),
    path("sources/importer", source_forms.take_list, name="sources-import"),
    path("sources/export.<str:format>", sources.export, name="sources-export"),
    path("sources/<int:pk>", sources.source, name="source"),
    path("sources/<int:pk>/modifier", source_forms.edit, name="source-edit"),
    path("sources/<int:pk>/chercher", source_forms.search_again, name="source-search"),
    path("sources/<int:pk>/relever", sources.check, name="source-check"),
    path("sources/<int:pk>/suspendre", sources.act, {"verb": "suspend"}, name="source-suspend"),
    path("sources/<int:pk>/reprendre", sources.act, {"verb": "resume"}, name="source-resume"),
    path("sources/<int:pk>/retirer", sources.act, {"verb": "remove"}, name="source-remove"),
    path("sources/<int:pk>/retablir", sources.act, {"verb": "restore"}, name="source-restore"),
    path("reglages", centre.centre, name="centre"),
    path("reglages/logo", centre.logo, name="centre-logo"),
    path("reglages/logo/<str:name>", centre.logo_file, name="centre-logo-file"),
    path("centre.css", centre.stylesheet, name="centre-css"),
    path("comptes", accounts.accounts, name="accounts"),
    path("comptes/<int:pk>", accounts.change, name="account"),
]
