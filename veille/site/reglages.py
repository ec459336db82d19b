"""`python -m veille.site.reglages FILE` writes docs/reglages.md from what settings.py reads."""

from __future__ import annotations

import sys
from pathlib import Path

from veille.site import settings
from veille.site.env import READ

HEAD = """# Réglages

Vigie se règle par des variables d’environnement ; ce que l’équipe change au quotidien (identité du
centre, lettres, sources, comptes) se règle dans les pages. Chaque variable accepte aussi la forme
`NOM_FILE` : le chemin d’un fichier qui contient la valeur. Cette page est écrite par `./dev docs`
à partir du code qui les lit.

| variable | valeur par défaut | sens |
|---|---|---|
"""


def page() -> str:
    """The Markdown page."""
    data = str(settings.DATA)
    rows = []
    for setting in sorted(READ.values(), key=lambda setting: setting.name):
        default = setting.default.replace(data, "VIGIE_DATA")
        rows.append(
            f"| `{setting.name}` | {f'`{default}`' if default else '–'} | {setting.meaning} |"
        )
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
