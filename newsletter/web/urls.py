"""Addresses of the letters, for staff."""

from __future__ import annotations

from django.urls import path

from newsletter.web import issues, subscribers

app_name = "newsletter"
urlpatterns = [
    path("", issues.issues, name="issues"),
    path("abonnes", subscribers.subscribers, name="subscribers"),
]
