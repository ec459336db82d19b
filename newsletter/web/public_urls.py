"""Addresses open to readers, without an account."""

from __future__ import annotations

from django.urls import path

from newsletter.web import public

app_name = "public"
urlpatterns = [
    path("desabonnement", public.coming, name="leave"),
    path("desabonnement/<str:token>", public.coming, name="unsubscribe"),
    path("preferences/<str:token>", public.coming, name="preferences"),
    path("archives", public.coming, name="archive"),
    path("archives/flux.xml", public.coming, name="feed"),
    path("archives/<slug:slug>", public.coming, name="issue"),
]
