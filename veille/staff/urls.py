"""Signing in and out."""

from __future__ import annotations

from django.urls import path

from veille.staff import views

app_name = "staff"
urlpatterns = [
    path("connexion", views.sign_in, name="sign-in"),
    path("langue", views.language, name="language"),
    path("deconnexion", views.sign_out, name="sign-out"),
    path("lien/<str:token>", views.one_time, name="one-time"),
]
