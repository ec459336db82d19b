"""Addresses of the letters, for staff."""

from __future__ import annotations

from django.urls import path

from newsletter.web import (
    adding,
    editor,
    entries,
    issues,
    letter_settings,
    mailings,
    placed,
    preview,
    review,
    subscribers,
)

placed.register()  # the page of an item names the issues it is in
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
    path("<int:pk>/envoi", mailings.mailing, name="mailing"),
    path("<int:pk>/envoi/suite", mailings.live, name="mailing-live"),
    path("<int:pk>/envoi/quand", mailings.when, name="mailing-when"),
    path("<int:pk>/envoi/programmer", mailings.schedule, name="mailing-schedule"),
    path("<int:pk>/envoi/essai", mailings.test, name="mailing-test"),
    path("<int:pk>/envoi/pause", mailings.pause, name="mailing-pause"),
    path("<int:pk>/envoi/reprendre", mailings.resume, name="mailing-resume"),
    path("<int:pk>/envoi/annuler", mailings.cancel, name="mailing-cancel"),
    path("<int:pk>/envoi/renvoyer", mailings.retry, name="mailing-retry"),
    path("<int:pk>/envoi/recus", mailings.settle, name="mailing-settle"),
    path("<int:pk>/envoi/laisser", mailings.leave, name="mailing-leave"),
    path("abonnes", subscribers.subscribers, name="subscribers"),
    path("abonnes/ajouter", subscribers.add, name="subscriber-add"),
    path("abonnes/importer", subscribers.import_file, name="subscribers-import"),
    path("abonnes/exporter", subscribers.export, name="subscribers-export"),
    path("abonnes/<int:pk>", subscribers.subscriber, name="subscriber"),
    path("abonnes/<int:pk>/desabonner", subscribers.unsubscribe, name="subscriber-unsubscribe"),
    path("abonnes/<int:pk>/effacer", subscribers.erase, name="subscriber-erase"),
]
