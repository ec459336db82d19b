"""Addresses open to readers, without an account."""

from __future__ import annotations

from django.urls import path

from newsletter.web import public, webhooks

app_name = "public"
urlpatterns = [
    path("desabonnement", public.leave, name="leave"),
    path("desabonnement/<str:token>", public.unsubscribe, name="unsubscribe"),
    path("desabonnement/<str:token>/annuler", public.undo, name="undo"),
    path("preferences/<str:token>", public.preferences, name="preferences"),
    path("crochets/<slug:provider>/<str:path>", webhooks.receive, name="webhook"),
    path("archives", public.archive, name="archive"),
    path("archives/flux.xml", public.feed, name="feed"),
    path("archives/<slug:slug>", public.issue, name="issue"),
]
