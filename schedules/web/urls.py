"""Addresses of the timetable."""

from __future__ import annotations

from django.urls import path

from schedules.web import runs

app_name = "schedules"
urlpatterns = [path("", runs.runs, name="runs")]
