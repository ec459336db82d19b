"""Factories: plain functions with sensible defaults. `make.item(title=…)`."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from newsletter import approving
from newsletter.composing import ensure_series
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN, Letter
from newsletter.models import Entry, Issue, Section, Series, Subscriber, Subscription
from veille.models import Centre, ContentType, Item, Source, Territory, Theme
from veille.staff.models import User

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # a Tuesday, 09:00 in Paris


def source(**fields: Any) -> Source:
    n = next(_numbers)
    values = {"name": f"Source {n}", "url": f"https://source{n}.example/feed.xml"} | fields
    return Source.objects.create(**values)


def item(**fields: Any) -> Item:
    n = next(_numbers)
    values: dict[str, Any] = {
        "guid": f"guid-{n}",
        "url": f"https://source.example/article-{n}",
        "title": f"Article {n}",
        "published": NOW,
        "collected": NOW,
    } | fields
    if "source" not in values:
        values["source"] = source()
    return Item.objects.create(**values)


def theme(id: str = "renouvellement-urbain", **fields: Any) -> Theme:
    return Theme.objects.create(id=id, **({"name": id.replace("-", " ").capitalize()} | fields))


def territory(code: str = "59183", **fields: Any) -> Territory:
    return Territory.objects.create(
        code=code, **({"kind": "commune", "name": "Dunkerque", "departement": "59"} | fields)
    )


def content_type(id: str = "article", **fields: Any) -> ContentType:
    return ContentType.objects.create(id=id, **({"name": id, "section": "presse"} | fields))


def series(id: str = "monthly", **fields: Any) -> Series:
    values = {
        "name": "Lettre mensuelle",
        "template": "monthly",
        "sender_name": "Centre de ressources",
        "sender_address": "lettre@centre.example",
        "provider": "memory",
    } | fields
    return Series.objects.create(id=id, **values)


def section(series: Series, slug: str = "a-la-une", **fields: Any) -> Section:
    return Section.objects.create(series=series, slug=slug, **({"title": slug} | fields))


def issue(**fields: Any) -> Issue:
    n = next(_numbers)
    values: dict[str, Any] = {
        "number": n,
        "title": "novembre 2026",
        "period_start": date(2026, 11, 1),
        "period_end": date(2026, 11, 30),
        "slug": f"lettre-{n}",
    } | fields
    if "series" not in values:
        values["series"] = Series.objects.filter(pk="monthly").first() or series()
    return Issue.objects.create(**values)


def approved_issue(*, subscribers: int = 0, **fields: Any) -> Issue:
    """An issue approved with a small frozen letter, and `subscribers` readers of its series."""
    letter = Letter(
        subject=fields.pop("frozen_subject", "Quartiers : trois démolitions à l’étude"),
        preheader="",
        html=(
            '<!doctype html><html lang="fr" dir="ltr"><head><title>Lettre</title></head><body>'
            "<h1>Lettre mensuelle n° 112</h1><p>La rénovation du quartier entre dans sa dernière "
            f'phase.</p><p><a href="{UNSUBSCRIBE_TOKEN}">Se désabonner</a> '
            f'<a href="{PREFERENCES_TOKEN}">Préférences</a></p></body></html>'
        ),
        text=f"Lettre mensuelle\n\nSe désabonner : {UNSUBSCRIBE_TOKEN}\n",
        engine="test",
    )
    values = {
        "state": "approved",
        "subject": letter.subject,
        "frozen_subject": letter.subject,
        "frozen_html": letter.html,
        "frozen_text": letter.text,
        "frozen_engine": letter.engine,
        "sha256": letter.sha256,
        "approved_at": NOW,
    } | fields
    made = issue(**values)
    for _ in range(subscribers):
        subscriber(to=made.series)
    return made


def entry(issue: Issue, **fields: Any) -> Entry:
    n = next(_numbers)
    values = {"title": f"Entrée {n}", "section": "a-la-une", "position": n} | fields
    return Entry.objects.create(issue=issue, **values)


def subscriber(email: str = "", *, to: Series | None = None, **fields: Any) -> Subscriber:
    email = email or f"lecteur{next(_numbers)}@exemple.example"
    made = Subscriber.objects.create(email=email, address=email.lower(), **fields)
    if to is not None:
        Subscription.objects.create(subscriber=made, series=to, origin="cli", proof="test")
    return made


def centre(**fields: Any) -> Centre:
    """The identity of the centre, complete enough for pre-flight."""
    values = {
        "name": "Centre de ressources",
        "site_url": "https://centre.example",
        "contact_email": "bonjour@centre.example",
        "postal_address": "1 rue de la Paix, 59000 Lille",
        "publisher": "Claire Durand",
        "privacy_url": "https://centre.example/confidentialite",
    } | fields
    return Centre.objects.create(**values)


def ready_issue(**fields: Any) -> Issue:
    """A draft of the monthly letter that passes pre-flight but for warnings: L409 (the service
    runs on this machine) always is one.
    """
    ensure_series()
    if not Centre.objects.exists():
        centre()
    monthly = Series.objects.get(pk="monthly")
    monthly.sender_name, monthly.sender_address = "Centre", "lettre@centre.example"
    monthly.reply_to, monthly.list_id = "bonjour@centre.example", "lettre.centre.example"
    monthly.provider = "memory"
    monthly.save()
    made = issue(
        **{
            "series": monthly,
            "subject": "Dunkerque : la rénovation avance – novembre 2026",
            "preheader": "Trois rapports utiles, deux appels à projets et un portrait de ville",
            "edito": "Bonne lecture à toutes et à tous.",
            "edito_signature": "Bruno",
        }
        | fields
    )
    for n, slug in enumerate(("a-la-une", "publications", "publications", "vu-dans-la-presse")):
        entry(
            made, section=slug, position=n, title=f"Les quartiers en mouvement, épisode {n}",
            url=f"https://source.example/episode-{n}", source_name="La Gazette",
            published=date(2026, 11, 20), summary="Ce que l’équipe en retient, en une phrase.",
        )  # fmt: skip
    return made


def cleared_issue(by: User, approver: User, *, subscribers: int = 3) -> Issue:
    """`ready_issue` submitted by `by` and approved by `approver`, with readers."""
    made = approving.submit(ready_issue(), by, comment="relu", now=NOW)
    for _ in range(subscribers):
        subscriber(to=made.series)
    return approving.approve(made, approver, sha256=made.sha256, now=NOW)
