"""Addresses of the timetable."""

from __future__ import annotations

from django.urls import path

from schedules.web import runs

app_name = "schedules"
urlpatterns = [
    path("", runs.runs, name="runs"),
    path("<slug:job>/lancer", runs.run_now, name="run-now"),
    path("<slug:job>/cadence", runs.change, name="change"),
]
