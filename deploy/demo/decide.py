"""The keeps of decisions.yaml, in one process, by the functions the pages call.

`decide.py EMAIL` prints `[{"title", "id"}]`. (`vigie items keep ID --summary …` does one of them; a
process for each of twenty-five would only make the visitor wait.)
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
import yaml

HERE = Path(__file__).resolve().parent


def main(email: str) -> list[dict[str, Any]]:
    """Keeps every item the rules name; stops at the first that is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.site.settings")
    django.setup()
    from articles import slugged

    from veille import curating
    from veille.models import Item
    from veille.staff.models import User

    amina = User.objects.get(email=email)
    rules = yaml.safe_load((HERE / "decisions.yaml").read_text(encoding="utf-8"))["keep"]
    by_title = {slugged(item.title): item for item in Item.objects.order_by("published")}
    kept = []
    for rule in rules:
        start = slugged(rule["title"])
        item = next((i for title, i in by_title.items() if title.startswith(start)), None)
        if item is None:
            sys.exit(f"decisions.yaml : aucun contenu titré « {rule['title']}… »")
        curating.keep(
            item, amina, themes=rule.get("themes", []), territories=rule.get("territories", [])
        )
        curating.annotate(item, amina, own_summary=rule["summary"])
        kept.append({"title": item.title, "id": item.pk})
    return kept


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1]), ensure_ascii=False))
