"""Content types, marks of paid articles, and titles without their prefixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.suggesting.ruleset import RuleSet, shipped

TITLES = {
    "Appel à projets « Quartiers solidaires » : jusqu’au 15 janvier": "appel-a-projets",
    "Appel à manifestation d’intérêt : quartiers résilients": "appel-a-projets",
    "Webinaire : l’appel à projets expliqué": "appel-a-projets",
    "Webinaire : la médiation sociale": "evenement",
    "Colloque sur la santé mentale": "evenement",
    "Journée régionale des conseils citoyens": "evenement",
    "Rapport de l’ONPV sur l’emploi": "publication",
    "Insee Analyses n° 178 : les quartiers": "publication",
    "Décret n° 2026-1203 du 12 novembre 2026": "texte-officiel",
    "Arrêté du 12 novembre 2026 relatif au fonds vert": "texte-officiel",
    "Circulaire sur les contrats de ville": "texte-officiel",
    "Retour d’expérience : une régie de quartier": "experience",
    "La ville de Creil recrute un chef de projet": "emploi",
    "Offre d’emploi : chargée de mission": "emploi",
    # traps
    "Un homme arrêté à Lille": "article",
    "Par rapport à 2025, la pauvreté recule": "article",
    "Le juge d’instruction saisi": "article",
    "Concours de pétanque à Hem": "article",
    "Lille : la rencontre face à Lens": "article",
    "À l’initiative des habitants, un jardin": "article",
    "La police recrute": "article",
    "Retour sur la rencontre des adultes-relais": "article",
    "Appel à projets : 45 lauréats": "article",
    "Dunkerque : le Jeu-de-Mail rénové": "article",
}


@pytest.mark.parametrize(("title", "expected"), TITLES.items(), ids=range(len(TITLES)))
def test_a_title_tells_what_it_is(rules: RuleSet, title: str, expected: str) -> None:
    assert rules.kinds.match(title).id == expected


def test_common_words_count_only_in_the_title(rules: RuleSet) -> None:
    assert rules.kinds.match("Un jardin à Roubaix", "Un rapport et une formation").id == "article"
    kind = rules.kinds.match("Quartiers solidaires", "Cet appel à projets est ouvert")
    assert (kind.id, kind.why) == ("appel-a-projets", ("appel à projets",))


@pytest.mark.parametrize(
    ("title", "summary", "paid", "plain"),
    [
        ("RÉSERVÉ AUX ABONNÉS - Roubaix rénove", "", True, "Roubaix rénove"),
        ("Réservé aux abonnés : Localtis : le décret", "", True, "le décret"),
        ("[Abonnés] Lille vote", "", True, "Lille vote"),
        ("Lille vote (abonnés)", "", True, "Lille vote (abonnés)"),
        ("Lille vote", "Cet article est réservé aux abonnés.", True, "Lille vote"),
        ("Localtis : le décret", "", False, "le décret"),
        ("Roubaix : les abonnés du théâtre", "", False, "Roubaix : les abonnés du théâtre"),
        ("Vidéo – À Creil, le marché", "", False, "À Creil, le marché"),
        ("Localtis :", "", False, "Localtis :"),
    ],
)
def test_payment_and_prefixes(
    rules: RuleSet, title: str, summary: str, paid: bool, plain: str
) -> None:
    assert rules.marks.paywalled(title, summary) is paid
    assert rules.marks.plain_title(title) == plain


RULES = shipped()


@given(title=st.text(max_size=120), summary=st.text(max_size=120))
def test_no_text_breaks_them(title: str, summary: str) -> None:
    assert RULES.kinds.match(title, summary).id in RULES.kind_ids
    RULES.marks.paywalled(title, summary)
    assert title.endswith(RULES.marks.plain_title(title))
