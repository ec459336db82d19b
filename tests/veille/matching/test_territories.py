"""Names of places, and the traps: Ville, Rue, Y, Avion, Croix, Hem."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.suggesting.ruleset import RuleSet, shipped

NONE: set[str] = set()
MEL = "metropole-europeenne-de-lille"
TITLES = {
    # traps: nothing to be found
    "La politique de la ville en débat à l’Assemblée": NONE,
    "Politique de la Ville : le rapport est remis": NONE,
    "Rue de la République, les travaux commencent": NONE,
    "Y a-t-il un avenir pour les conseils citoyens ?": NONE,
    "Y aller ou pas": NONE,
    "Un avion d’Air France": NONE,
    "La Croix-Rouge recrute": NONE,
    "La Croix Rouge ouvre une épicerie": NONE,
    "Hem, comment dire": NONE,
    "Val-d’Oise : un collège rénové": NONE,
    "En somme, un bon bilan": NONE,
    "Gare du Nord, le trafic perturbé": NONE,
    "La Voix du Nord lance un podcast": NONE,
    "Saint-Omer : une cité éducative": NONE,
    "Montreuil (Seine-Saint-Denis) : les habitants votent": NONE,
    "Rue de Dunkerque à Paris, un immeuble évacué": NONE,
    "Albert Londres, le prix": NONE,
    "Une rencontre avec Jean-Louis Borloo": NONE,
    "lille, en minuscules": NONE,
    "Les Boulonnais se mobilisent": NONE,
    "Écrire à contact@Lille.fr ou voir Roubaix.fr": NONE,
    # places
    "Dunkerque : la rénovation du Jeu-de-Mail": {"59183"},
    "Rue de la République, les travaux commencent à Amiens": {"80021"},
    "À Rue, dans la Somme, une maison de santé": {"80688"},
    "Rue (80) : une maison de santé ouvre": {"80688"},
    "À Avion, dans le Pas-de-Calais, un quartier transformé": {"62065"},
    "Avion (Pas-de-Calais) : un quartier transformé": {"62065"},
    "Hem (59510) : le quartier Longchamp": {"59299"},
    "À Croix, près de Roubaix, un centre social": {"59163", "59512"},
    "Saint-Omer (Pas-de-Calais) : une cité éducative": {"62765"},
    "Lens-Liévin : l’agglomération signe": {"ca-de-lens-lievin"},
    "Lille-Roubaix-Tourcoing : le tramway": {"59350", "59512", "59599"},
    "Villeneuve d’Ascq et Mons-en-Baroeul": {"59009", "59410"},
    "Au Portel, la plage rénovée": {"62667"},
    "St-Quentin et Laon": {"02691", "02408"},
    "La communauté urbaine de Dunkerque vote": {"cu-de-dunkerque"},
    "Le contrat de ville de la CA du Boulonnais": {"ca-du-boulonnais"},
    "La MEL vote son PLH": {MEL},
    "Amiens Métropole ouvre une maison du projet": {"ca-amiens-metropole"},
    "Le préfet du Nord réunit les bailleurs": {"59"},
    "Dans l’Oise, les urgences saturées": {"60"},
    "Nord et Pas-de-Calais : le plan pauvreté": {"59", "62"},
    "Hauts-de-France : le bilan de la Région": {"R32"},
    "Bruay-la-Buissière et Bruay-sur-l’Escaut": {"62178", "59112"},
    "Villers-Cotterêts, cité de la langue française": {"02810"},
}


def codes(rules: RuleSet, title: str, summary: str = "", *attached: str) -> set[str]:
    return {one.id for one in rules.places.match(title, summary, frozenset(attached))}


@pytest.mark.parametrize(("title", "expected"), TITLES.items(), ids=range(len(TITLES)))
def test_a_title_gives_its_places(rules: RuleSet, title: str, expected: set[str]) -> None:
    assert codes(rules, title) == expected


def test_why_says_the_name_and_the_clue(rules: RuleSet) -> None:
    assert rules.places.match("Hem (59510) : le quartier")[0].why == ("Hem", "59510")
    assert rules.places.match("À Saint-Omer", "dans le Pas-de-Calais")[0].why == (
        "Saint-Omer", "Pas-de-Calais"
    )  # fmt: skip


def test_a_source_of_the_place_is_a_clue(rules: RuleSet) -> None:
    assert codes(rules, "Saint-Omer : une cité éducative", "", "62") == {"62765"}
    assert codes(rules, "Hem : Longchamp rénové", "", "59") == {"59299"}
    assert codes(rules, "Hem : Longchamp rénové", "", "200093201") == {"59299"}
    assert codes(rules, "Hem : Longchamp rénové", "", "80") == NONE


def test_a_local_source_does_not_make_a_street_a_town(rules: RuleSet) -> None:
    assert codes(rules, "Rue de la mairie : travaux", "", "80688", "80") == NONE
    assert codes(rules, "La Ville : un budget", "", "60") == NONE
    assert codes(rules, "Ville : le budget", "", "60") == NONE


def test_a_namesake_in_the_region_is_told_by_its_departement(rules: RuleSet) -> None:
    assert codes(rules, "Senlis (Oise) : la mission locale") == {"60612"}
    assert codes(rules, "Senlis (62) : la salle des fêtes") == {"62790"}
    assert codes(rules, "Senlis : la mission locale") == NONE


def test_a_known_neighbourhood_code_is_found_an_unknown_one_is_not(rules: RuleSet) -> None:
    assert codes(rules, "Le QN05918N et le QP059012") == NONE


def test_the_title_weighs_more_than_the_summary(rules: RuleSet) -> None:
    first, second = rules.places.match("À Roubaix", "comme à Tourcoing")
    assert (first.id, second.id) == ("59512", "59599")
    assert first.score > second.score


def test_a_departement_is_not_suggested_beside_its_town(rules: RuleSet) -> None:
    assert codes(rules, "Dans le Nord, à Denain, et dans les Hauts-de-France") == {"59172"}


def test_a_long_list_of_towns_is_cut(rules: RuleSet) -> None:
    towns = "Lille, Roubaix, Tourcoing, Dunkerque, Valenciennes, Douai, Cambrai, Maubeuge, Denain"
    assert len(rules.places.match(towns)) == 6


RULES = shipped()
WORDS = ["Rue", "de", "la", "Ville", "à", "À", "Hem", "Croix", "-", "Rouge", "(59)", "(Nord)", ":",
         "Lens", "Liévin", "Saint", "Omer", "’", "Avion", "59510", "QN05918N", "Nord",
         "d'", "Y", "."]  # fmt: skip


@given(
    title=st.text(max_size=120) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    attached=st.frozensets(st.sampled_from(["59", "62", "R32", "59299", "200093201"])),
)
def test_no_text_breaks_it(title: str, attached: frozenset[str]) -> None:
    for found in RULES.places.match(title, title, attached):
        assert found.id in RULES.place_names
        assert 0 < found.score <= 1
        assert found.why
