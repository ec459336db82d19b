"""Addresses of the letters, for staff."""

from __future__ import annotations

from django.urls import path

from newsletter.web import (
    adding,
    editor,
    entries,
    issues,
    letter_settings,
    preview,
    review,
    subscribers,
)

app_name = "newsletter"
urlpatterns = [
    path("", issues.issues, name="issues"),
    path("proposer", issues.propose, name="propose"),
    path("<int:pk>", editor.issue, name="issue"),
    path("<int:pk>/structure", editor.structure, name="structure"),
    path("<int:pk>/champs", editor.edit, name="issue-edit"),
    path("<int:pk>/recomposer", editor.again, name="issue-again"),
    path("<int:pk>/contenus/<int:entry>", entries.edit, name="entry-edit"),
    path("<int:pk>/contenus/<int:entry>/geste", entries.gesture, name="entry-gesture"),
    path("<int:pk>/ajouter", adding.add, name="issue-add"),
    path("<int:pk>/ajouter-libre", adding.add_free, name="issue-add-free"),
    path("<int:pk>/apercu", preview.preview, name="preview"),
    path("<int:pk>/lettre", preview.letter, name="letter"),
    path("<int:pk>/verifier", review.check, name="check"),
    path("<int:pk>/relire", review.review, name="review"),
    path("reglages/<slug:series>", letter_settings.letter_settings, name="letter-settings"),
    path("abonnes", subscribers.subscribers, name="subscribers"),
]
