"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from veille.web import accounts, centre, search, sources, today

app_name = "veille"
urlpatterns = [
    path("", today.today, name="today"),
    path("recherche", search.search, name="search"),
    path("sources", sources.sources, name="sources"),
    path("reglages", centre.centre, name="centre"),
    path("reglages/logo", centre.logo, name="centre-logo"),
    path("centre.css", centre.stylesheet, name="centre-css"),
    path("comptes", accounts.accounts, name="accounts"),
    path("comptes/<int:pk>", accounts.change, name="account"),
]
