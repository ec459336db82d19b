"""Keywords → themes, on titles as the press and the ministries write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.matching.themes import Found, ThemeMatcher, ThemeRule
from veille.suggesting.ruleset import RuleSet, shipped

TITLES = {
    "Dunkerque : la rénovation urbaine du Jeu-de-Mail entre dans sa dernière phase": {"npnru"},
    "L’Anru et les élus locaux veulent un « NPNRU 2 »": {"npnru"},
    "Quartiers de demain : dix sites retenus": {"npnru"},
    "Les bailleurs sociaux alertent sur la loi SRU": {"habitat-logement"},
    "Marchands de sommeil : le permis de louer s’étend": {"habitat-degrade"},
    "Bassin minier : les cités minières rénovées": {"patrimoine-minier"},
    "Contrat de ville : la métropole signe « Quartiers 2030 »": {"contrats-de-ville"},
    "QPV : la carte des quartiers prioritaires actualisée": {"geographie-prioritaire"},
    "Le comité interministériel des villes reporté": {"gouvernance"},
    "Dotation politique de la ville : les crédits 2027": {"financements", "actualite-generale"},
    "TFPB : l’abattement prolongé": {"tfpb-gup"},
    "Conseils citoyens : quel avenir ?": {"conseils-citoyens"},
    "Adultes-relais : 400 postes supprimés": {"vie-associative"},
    "Cité de l’emploi et France Travail s’allient": {"emploi-insertion"},
    "Zone franche urbaine : un an de plus": {"commerce-immobilier"},
    "Tiers-lieux : la fabrique de territoires continue": {"ess"},
    "Illectronisme : les conseillers numériques menacés": {"inclusion-numerique"},
    "Contrôles au faciès : le Défenseur des droits saisi": {"discriminations"},
    "Égalité femmes-hommes : des marches exploratoires": {"egalite-fh"},
    "France services : un bus pour l’accès aux droits": {"acces-au-droit"},
    "Laïcité : une formation pour les agents": {"laicite-vrl"},
    "Narcotrafic : un point de deal démantelé": {"prevention-delinquance"},
    "Désert médical : une maison de santé au pied des tours": {"acces-aux-soins"},
    "Santé mentale, grande cause nationale": {"sante-mentale"},
    "Cités éducatives : la labellisation prolongée": {"cites-educatives"},
    "REP+ : fermetures de classes": {"reussite-educative"},
    "Quartiers d’été : 30 villes retenues": {"jeunesse"},
    "Familles monoparentales et crèches": {"petite-enfance"},
    "Micro-Folie : un musée numérique": {"culture"},
    "Îlots de chaleur : l’Ademe finance": {"ecologie-populaire"},
    "Précarité énergétique : le chèque énergie": {"habitat-degrade"},
    "Pauvreté : l’Insee publie le niveau de vie 2025": {"pauvrete"},
    "Sans-abri : l’hébergement d’urgence saturé": {"hebergement"},
    "Le Feder finance la mobilité": {"fonds-europeens"},
    "Le LOSC s’impose à Monaco": set(),
    "Collision sur l’A25 : deux blessés": set(),
    "La ville de Lille vote son budget": set(),
}


@pytest.mark.parametrize(("title", "expected"), TITLES.items(), ids=range(len(TITLES)))
def test_a_title_gives_its_sub_themes(rules: RuleSet, title: str, expected: set[str]) -> None:
    found = {one.id for one in rules.themes.match(title)}
    parents = {"politique-de-la-ville", "renouvellement-urbain"}
    assert expected <= found, found
    assert bool(found - parents) == bool(expected)


def test_the_theme_sums_up_its_sub_themes_and_says_why(rules: RuleSet) -> None:
    found = rules.themes.match("NPNRU : la démolition de 300 logements a commencé à l’Alma")
    assert [one.id for one in found] == ["renouvellement-urbain", "npnru"]
    assert found[0].why == ("NPNRU", "démolition", "logements")
    assert found[0].score > 0.8


def test_words_are_whole_and_truncation_is_asked_for() -> None:
    matcher = ThemeMatcher([ThemeRule("plie", ("plie", "rixe*"))])
    assert not matcher.match("La ville plier sous la pluie, replie et Amplie")
    assert matcher.match("Le PLIE recrute")
    assert matcher.match("Des rixes")[0].why == ("rixes",)


def test_both_terms_may_stand_apart_and_the_summary_counts_less() -> None:
    matcher = ThemeMatcher([ThemeRule("sport", ("sport & quartier*",))])
    assert not matcher.match("Le sport à l’école")
    both = matcher.match("Le sport pour tous", "dans les quartiers")
    assert both[0].why == ("sport", "quartiers")
    assert both[0].score < matcher.match("Sport et quartiers")[0].score


def test_an_exclusion_cancels_what_it_covers_or_the_whole_sub_theme() -> None:
    matcher = ThemeMatcher(
        [ThemeRule("p", ("precarite", "rsa"), ("precarite energetique", "foot"))]
    )
    assert not matcher.match("La précarité énergétique")
    assert matcher.match("La précarité énergétique et le RSA")[0].why == ("RSA",)
    assert matcher.match("Précarité et précarité énergétique")[0].why == ("Précarité",)
    assert not matcher.match("Précarité du foot amateur")


def test_a_phrase_does_not_bridge_two_sentences_nor_title_and_summary(rules: RuleSet) -> None:
    for title, summary in (("La politique. De la ville", ""), ("La politique de la", "ville")):
        assert not rules.themes.match(title, summary)


def test_hyphens_apostrophes_and_ligatures_do_not_matter(rules: RuleSet) -> None:
    for title in ("Le pouvoir d'agir", "Le pouvoir d’agir", "LE POUVOIR D’AGIR"):
        assert rules.themes.match(title)[0].id == "participation"
    assert rules.themes.match("Action Cœur de ville")[0].why == ("Action Cœur de ville",)


RULES = shipped()


@given(title=st.text(max_size=200), summary=st.text(max_size=200))
def test_no_text_breaks_it_and_why_is_in_the_text(title: str, summary: str) -> None:
    import unicodedata

    whole = unicodedata.normalize("NFC", f"{title}\n.\n{summary}")
    for found in RULES.themes.match(title, summary):
        assert isinstance(found, Found)
        assert 0 < found.score <= 1
        assert all(word in whole for word in found.why)


@given(
    words=st.lists(st.sampled_from(["Précarité", "œuvre", "l’anru", "QPV", ".", "de", "la", "ville",
                                    "politique", "e\u0301cole", "ﬁn", "ⅩⅣ"]), max_size=20),
)  # fmt: skip
def test_odd_characters_keep_the_words_as_written(words: list[str]) -> None:
    test_no_text_breaks_it_and_why_is_in_the_text.hypothesis.inner_test(" ".join(words), "")  # type: ignore[attr-defined]
