"""How long the rules take per item: python -m bench.matching [FILE…]

Reads titles and summaries of feeds given as arguments (RSS, Atom), else 400 French
titles with a summary of 60 words. Prints milliseconds per item for each matcher.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

TITLES = (
    "Dunkerque : la rénovation urbaine du Jeu-de-Mail entre dans sa dernière phase",
    "Appel à projets « Quartiers solidaires » : candidatures jusqu’au 15 janvier",
    "RÉSERVÉ AUX ABONNÉS – À Hem, dans le Nord, le contrat de ville est signé",
    "Webinaire le jeudi 4 décembre de 9h30 à 12h : la médiation sociale à Roubaix",
    "Ligue 1 : le LOSC s’impose à Monaco",
    "Rue de la République, les travaux commencent à Amiens",
    "Saint-Omer (Pas-de-Calais) : une cité éducative pour 2 000 élèves",
    "Pauvreté : l’Insee publie le niveau de vie 2025 dans les quartiers prioritaires",
)
SUMMARY = (
    "Le conseil municipal a voté à l’unanimité la convention avec l’Agence nationale pour la "
    "rénovation urbaine. Trois cents logements sociaux seront démolis, autant reconstruits, dans "
    "le cadre du contrat de ville signé par la Métropole européenne de Lille, la préfecture du "
    "Nord et les bailleurs sociaux. Les habitants demandent à être entendus, avec leur conseil "
    "citoyen."
)


def samples(files: list[str]) -> list[tuple[str, str]]:
    """(title, summary as text) of every entry of the files, or of the built-in titles."""
    if not files:
        return [(f"{title} ({n})", SUMMARY) for n in range(50) for title in TITLES]
    import feedparser

    from veille.reading import sanitize

    found = []
    for name in files:
        parsed = feedparser.parse(Path(name).read_bytes())
        found += [
            (e.get("title", ""), sanitize.text(e.get("summary", ""))[:5000]) for e in parsed.entries
        ]
    return found


def per_item(work: Callable[[str, str], object], rows: list[tuple[str, str]]) -> float:
    """Milliseconds per row, the best of three passes."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for title, summary in rows:
            work(title, summary)
        best = min(best, time.perf_counter() - start)
    return best * 1000 / len(rows)


def main() -> None:
    """Prints one line per matcher."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.site.settings")
    import django

    django.setup()
    from datetime import date

    from veille.matching.dates import deadline, event
    from veille.suggesting import ruleset

    start = time.perf_counter()
    rules = ruleset.shipped()
    print(f"règles compilées en {(time.perf_counter() - start) * 1000:.0f} ms")
    rows = samples(sys.argv[1:])
    day = date(2026, 11, 24)
    works: dict[str, Callable[[str, str], object]] = {
        "thèmes": rules.themes.match,
        "lieux": lambda title, summary: rules.places.match(title, summary, frozenset({"59"})),
        "types": rules.kinds.match,
        "dates": lambda t, s: (deadline(f"{t}\n{s}", day), event(f"{t}\n{s}", day)),
        "payant, préfixes": lambda t, s: (rules.marks.paywalled(t, s), rules.marks.plain_title(t)),
    }
    figures = {name: per_item(work, rows) for name, work in works.items()}
    for name, figure in figures.items():
        print(f"{name:<18}{figure:.3f} ms par contenu")
    print(f"{'ensemble':<18}{sum(figures.values()):.3f} ms par contenu ({len(rows)} contenus)")


if __name__ == "__main__":
    main()
