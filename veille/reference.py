"""Loads the shipped reference data: themes, content types, audiences, geography.

Loading twice changes nothing. A row that staff edited since it was loaded is left as it is and
counted in `left_as_edited`; a row they did not touch follows the shipped list. Nothing is ever
removed: a theme or place that is no longer shipped may be on items.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from veille.models import Audience, ContentType, Territory, Theme

REGION = "R32"
DATA = Path(__file__).resolve().parent / "data"
Loader = Callable[[], dict[str, int]]


def load_all() -> dict[str, int]:
    """Runs every loader in one transaction; how many rows each kind has now."""
    total: Counter[str] = Counter()
    with transaction.atomic():
        for loader in LOADERS:
            total.update(loader())
    return dict(total)


def register_loader(loader: Loader) -> None:
    """Another package's shipped defaults, loaded after ours by `vigie setup`."""
    if loader not in LOADERS:
        LOADERS.append(loader)


def shipped(name: str) -> Path:
    """A file of veille/data, in a checkout and in an installed wheel."""
    return DATA / name


@cache
def shipped_yaml(name: str) -> dict[str, Any]:
    """A YAML file of veille/data, read once per process. Do not change what it returns."""
    loaded: dict[str, Any] = yaml.safe_load(shipped(name).read_text(encoding="utf-8"))
    return loaded


def shipped_csv(name: str) -> Iterator[dict[str, str]]:
    """The lines of a gzipped CSV of veille/data."""
    with gzip.open(shipped(name), "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_themes() -> dict[str, int]:
    """Themes and sub-themes with their keywords."""
    fields = ("name", "parent_id", "keywords", "exclusions", "position")
    return _upsert("themes", themes(), fields)


def themes() -> list[Theme]:
    """The shipped themes and sub-themes, in the order of the list, unsaved."""
    rows: list[Theme] = []
    for theme in shipped_yaml("themes.yaml")["themes"]:
        rows.append(Theme(id=theme["id"], name=theme["nom"], position=100 * (len(rows) + 1)))
        parent = rows[-1]
        rows += [
            Theme(
                id=sub["id"], name=sub["nom"], parent=parent, keywords=sub["mots"],
                exclusions=sub.get("sauf", []), position=parent.position + n,
            )
            for n, sub in enumerate(theme["sous_themes"], 1)
        ]  # fmt: skip
    return rows


def load_content_types() -> dict[str, int]:
    """What an item can be, and the section of the letter it goes to."""
    fields = ("name", "section", "keywords", "position")
    return _upsert("content_types", content_types(), fields)


def content_types() -> list[ContentType]:
    """The shipped content types, unsaved."""
    return [
        ContentType(
            id=kind["id"], name=kind["nom"], section=kind["rubrique"],
            keywords=kind.get("mots", []), position=n,
        )
        for n, kind in enumerate(shipped_yaml("themes.yaml")["types_de_contenu"])
    ]  # fmt: skip


def load_audiences() -> dict[str, int]:
    """The publics of the letters."""
    rows = [
        Audience(id=row["id"], name=row["nom"], legal_basis=row["base_legale"], position=n)
        for n, row in enumerate(shipped_yaml("audiences.yaml")["audiences"])
    ]
    return _upsert("audiences", rows, ("name", "legal_basis", "position"))


def load_territories() -> dict[str, int]:
    """Region > départements > contrats de ville and EPCI > communes, with their links."""
    fields = (
        "kind", "name", "parent_id", "contract_id", "departement", "postcodes", "population",
        "vintage", "ambiguous", "confirmed",
    )  # fmt: skip
    return _upsert("territories", territories(), fields)


def territories() -> list[Territory]:
    """The shipped geography, unsaved."""
    data = shipped_yaml("territories.yaml")
    rows = [
        Territory(code=REGION, kind="region", name=data["region"]["nom"]),
        *(
            Territory(
                code=row["insee"], kind="departement", name=row["nom"], parent_id=REGION,
                departement=row["insee"],
            )
            for row in data["departements"]
        ),
        *_contracts(data),
    ]  # fmt: skip
    national = list(shipped_csv("communes.csv.gz"))
    inside = {row["insee"] for row in data["departements"]}
    towns = [row for row in national if row["dep"] in inside]
    rows += _groupings(data, towns)
    rows += _communes(data, towns, Counter(row["nom"] for row in national))
    return rows


def _contracts(data: dict[str, Any]) -> Iterator[Territory]:
    for row in data["contrats_de_ville"]:
        yield Territory(
            code=row["id"], kind="contrat", name=row["nom"], parent_id=row["departement"],
            departement=row["departement"], population=row["epci"]["population"],
            vintage="2024-2030", confirmed=row["confirmed"],
        )  # fmt: skip


def _groupings(data: dict[str, Any], towns: list[dict[str, str]]) -> Iterator[Territory]:
    """The EPCI with a commune in the region; their département is that of most communes."""
    contracts = {row["epci"]["siren"]: row["id"] for row in data["contrats_de_ville"]}
    places: dict[str, Counter[str]] = {}
    for row in towns:
        places.setdefault(row["epci"], Counter())[row["dep"]] += 1
    for row in shipped_csv("epci.csv.gz"):
        if row["siren"] in places:
            departement = places[row["siren"]].most_common(1)[0][0]
            yield Territory(
                code=row["siren"], kind="epci", name=row["nom"], parent_id=departement,
                contract_id=contracts.get(row["siren"]), departement=departement,
                population=int(row["pop"]), vintage="2026",
            )  # fmt: skip


def _communes(
    data: dict[str, Any], towns: list[dict[str, str]], namesakes: Counter[str]
) -> Iterator[Territory]:
    """A name that is a common word, or that another commune of France bears, is ambiguous."""
    contracts = {
        town["insee"]: row["id"]
        for row in data["contrats_de_ville"]
        for town in row["communes_politique_de_la_ville"]
    }
    words = common_words() | set(data["detection"]["noms_homonymes_en_region"])
    accepted = set(data["detection"]["toujours_acceptes_avec_majuscule"])
    for row in towns:
        name = row["nom"]
        doubtful = name in words or namesakes[name] > 1
        yield Territory(
            code=row["insee"], kind="commune", name=name, parent_id=row["epci"] or row["dep"],
            contract_id=contracts.get(row["insee"]), departement=row["dep"],
            postcodes=row["cp"].split(), population=int(row["pop"]) if row["pop"] else None,
            vintage="2026", ambiguous=doubtful and name not in accepted,
        )  # fmt: skip


def common_words() -> frozenset[str]:
    """Names of communes that are also words, first names or brands."""
    listed = shipped_yaml("territories.yaml")["detection"]["noms_ambigus_mots_courants"]
    more = shipped_yaml("rules.yaml")["lieux"]["noms_ambigus_en_plus"]
    return frozenset(listed) | frozenset(more)


def _upsert(label: str, rows: Iterable[Any], fields: tuple[str, ...]) -> dict[str, int]:
    """Writes the rows that are missing or have a newer shipped version. One read, few writes."""
    wanted = list(rows)
    model: type[models.Model] = type(wanted[0])
    known = model._default_manager.in_bulk()
    stale, edited = [], 0
    for row in wanted:
        row.shipped = _digest(row, fields)
        current = known.get(row.pk)
        if current is None or current.shipped == _digest(current, fields):  # type: ignore[attr-defined]
            if current is None or current.shipped != row.shipped:  # type: ignore[attr-defined]
                stale.append(row)
        elif row.shipped != _digest(current, fields):
            edited += 1
    names = [name.removesuffix("_id") for name in fields] + ["shipped"]
    model._default_manager.bulk_create(
        stale, update_conflicts=True, unique_fields=["pk"], update_fields=names
    )
    return {label: len(wanted), "left_as_edited": edited}


def _digest(row: Any, fields: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in fields]
    text = json.dumps(values, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


LOADERS: list[Loader] = [load_themes, load_content_types, load_audiences, load_territories]
