"""A morning's desk: forty items as a real day brings them, for the pages that show a list."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from tests import make
from veille.french import PARIS
from veille.models import Item, Suggestion
from veille.searching.listing import midnight

OUTLETS = ["La Gazette des Dunes", "Localités & quartiers", "Ville de Port-Neuf", "Le Fil du Nord"]
TITLES = [
    ("Dunkerque : la rénovation du Jeu-de-Mail entre dans sa dernière phase", 0.9),
    ("Appel à projets « Quartiers solidaires » : candidatures jusqu’au 15 janvier", 0.85),
    ("Cités éducatives : ce que change la nouvelle convention pour les familles", 0.8),
    ("Conseils citoyens : quarante membres demandent un local et un budget propre", 0.7),
    ("Contrats « Engagements Quartiers 2030 » : la circulaire sur les évaluations est parue", 0.6),
    ("Football : le club se reprend après une semaine difficile", 0.05),
    ("Un cambriolage élucidé grâce à un voisin attentif", 0.02),
]


def lay(days: int = 6) -> list[Item]:
    """Items over the last `days`, with suggestions; themes, places and types are made too."""
    theme = make.theme("npnru", name="Renouvellement urbain")
    make.theme("education", name="Éducation, jeunesse")
    place = make.territory("59183", name="Dunkerque")
    make.territory("62041", name="Arras", departement="62")
    make.content_type("appel-a-projets", name="Appel à projets")
    sources = [make.source(name=name) for name in OUTLETS]
    now, made = timezone.now(), []
    for number in range(days * len(TITLES)):
        title, relevance = TITLES[number % len(TITLES)]
        made.append(
            make.item(
                source=sources[number % len(sources)],
                title=title,
                summary="<p>Trois barres seront démolies d’ici mars ; 112 ménages relogés.</p>",
                published=_moment(now, *divmod(number, len(TITLES))),
                collected=now,
                relevance=relevance,
                paywalled=number % 5 == 0,
                deadline=date.today() + timedelta(days=40) if "projets" in title else None,
            )
        )
    for item in made:
        if item.relevance > 0.8:
            Suggestion.objects.create(
                item=item, facet="theme", target=theme.pk, label=theme.name, why=["rénovation"]
            )
            Suggestion.objects.create(
                item=item, facet="territory", target=place.pk, label="Dunkerque", why=["Dunkerque"]
            )
    return made


def _moment(now: datetime, days_ago: int, place: int) -> datetime:
    """The `place`-th newest moment of a day of Paris: each day has its seven items at any hour."""
    day = midnight(now.astimezone(PARIS).date() - timedelta(days=days_ago))
    length = timedelta(hours=23) if days_ago else now - day
    return day + length * (1 - place / len(TITLES))
