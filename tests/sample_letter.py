"""Two issues as composing gives them: realistic French, long titles, accents, every section style.

`monthly()` and `thematic()` take fields to change: `monthly(subject="…")`. Outlets are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from newsletter.letter import (
    EntryContent,
    Identity,
    IssueContent,
    SectionContent,
)

TODAY = date(2026, 11, 26)
SEND_DAY = date(2026, 12, 1)

IDENTITY = Identity(
    name="Centre de ressources politique de la ville",
    accent="#0B5A8A",
    font="georgia",
    logo_url="",
    logo_alt="",
    site_url="https://centre.example/",
    contact_email="contact@centre.example",
    postal_address="12 rue des Écluses, 59140 Dunkerque",
    publisher="Claire Vandamme",
    privacy_url="https://centre.example/vie-privee",
    sender_name="Centre de ressources",
    sender_address="lettre@centre.example",
    reply_to="contact@centre.example",
    list_id="lettre-mensuelle.centre.example",
)

LEADS = (
    EntryContent(
        101,
        "Dunkerque : la rénovation du Jeu-de-Mail entre dans sa dernière phase",
        "https://lesdunes.example/2026/11/jeu-de-mail-derniere-phase",
        "Les Dunes",
        date(2026, 11, 24),
        "CU de Dunkerque",
        "Les trois dernières barres seront démolies d’ici mars ; 112 ménages sur 118 ont accepté "
        "une proposition de relogement, dont la moitié dans le quartier.",
        importance="le calendrier de relogement sert de référence aux quatre autres projets "
        "régionaux qui passent devant le comité d’engagement en janvier.",
        paywalled=True,
    ),
    EntryContent(
        102,
        "Contrats « Quartiers 2030 » : la circulaire sur les évaluations à mi-parcours est parue",
        "https://circulaires.example/quartiers-2030-mi-parcours",
        "Bulletin officiel de la ville",
        date(2026, 11, 12),
        "France",
        "Les préfets remettront leur évaluation avant le 30 juin 2027. Le texte demande d’y "
        "associer les conseils citoyens et de publier les indicateurs suivis.",
        importance="la moitié des intercommunalités de la région n’a pas encore choisi ses "
        "indicateurs ; un modèle commun sera proposé le 12 décembre.",
    ),
    EntryContent(
        103,
        "Accès aux droits : l’enquête sur le non-recours dans les quartiers prioritaires",
        "https://observatoire.example/etudes/non-recours-qpv",
        "Observatoire des quartiers",
        date(2026, 11, 5),
        "Hauts-de-France",
        "Quatre habitants sur dix disent avoir renoncé à une aide au cours de l’année, surtout "
        "faute d’un interlocuteur. L’étude compare 22 points d’accueil.",
        importance="elle chiffre pour la première fois l’effet d’un accueil de proximité à "
        "l’échelle d’un quartier.",
    ),
)

NEWS = (
    EntryContent(
        111,
        "À Roubaix, un « pacte de la rue » signé avec les habitants de l’Épeule",
        "https://grandplace.example/roubaix-epeule-pacte",
        "Grand’Place",
        date(2026, 11, 20),
        "Métropole européenne de Lille",
        "Quinze engagements datés, du ramassage des encombrants à l’éclairage des cours.",
    ),
    EntryContent(
        112,
        "Amiens Nord : la maison de santé pluriprofessionnelle du Pigeonnier ouvrira au printemps, "
        "avec deux ans d’avance sur la convention de rénovation",
        "https://somme.example/sante/pigeonnier",
        "Le Courrier de Somme",
        date(2026, 11, 18),
        "Amiens",
        "Neuf soignants, une médiatrice en santé et une permanence de la caisse d’assurance "
        "maladie partageront 640 m².",
        paywalled=True,
    ),
    EntryContent(
        113,
        "Une régie de quartier reprend l’épicerie solidaire de Creil",
        "https://oise.example/creil-regie?rubrique=vie-locale&id=48213",
        "Radio Oise",
        date(2026, 11, 16),
        "Creil",
        "Douze emplois en insertion sont maintenus ; la mairie prête les locaux trois ans.",
    ),
    EntryContent(
        114,
        "Saint-Quentin expérimente la cantine à 1 € dans les quartiers prioritaires",
        "https://vermandois.example/cantine-1-euro",
        "L’Écho du Vermandois",
        date(2026, 11, 10),
        "Saint-Quentin",
        "La fréquentation a progressé de 23 % en deux mois dans les quatre écoles concernées.",
    ),
    EntryContent(
        115,
        "Conseils citoyens : Calais réunit les siens pour la première fois depuis 2022",
        "https://cotedopale.example/conseils-citoyens",
        "Côte d’Opale Info",
        date(2026, 11, 4),
        "Grand Calais",
        "Quarante membres ont demandé un local, un budget propre et un droit de suite.",
    ),
)

RESOURCES = (
    EntryContent(
        121,
        "Guide : conduire une marche exploratoire avec des adolescentes",
        "https://ressources.example/marches-exploratoires.pdf",
        "Réseau des centres",
        date(2026, 11, 19),
        "",
        "Trente pages, douze fiches prêtes à l’emploi et un modèle de restitution.",
    ),
    EntryContent(
        122,
        "Atlas des quartiers prioritaires : les données 2026 par commune",
        "https://donnees.example/atlas-qpv-2026",
        "Agence des territoires",
        date(2026, 11, 9),
        "Hauts-de-France",
        "Population, revenus, équipements : 199 fiches à télécharger et leur fichier de données.",
    ),
    EntryContent(
        123,
        "« On n’est pas d’ici, on est du quartier » : un documentaire sonore en six épisodes",
        "https://ondes.example/du-quartier",
        "Ondes voisines",
        date(2026, 11, 3),
        "Lens",
        "Des habitantes de la cité 12-14 racontent trente ans de rénovations.",
    ),
    EntryContent(
        124,
        "Évaluer l’effet d’une action d’insertion : retour sur huit contrats de ville",
        "https://revue.example/evaluer-insertion",
        "Revue Territoires & société",
        date(2026, 11, 2),
        "France",
        "Une méthode en cinq questions, éprouvée avec des équipes de deux à six personnes.",
    ),
)

DEADLINES = (
    EntryContent(
        131,
        "Appel à projets « Quartiers solidaires »",
        "https://region.example/aap-quartiers-solidaires",
        "Région",
        date(2026, 11, 23),
        "Hauts-de-France",
        "Associations, de 5 000 à 30 000 €.",
        deadline=date(2027, 1, 15),
    ),
    EntryContent(
        132,
        "Cité éducative : candidatures au label, troisième vague",
        "https://education.example/cites-educatives-vague-3",
        "Ministère",
        date(2026, 11, 13),
        "France",
        "",
        deadline=date(2026, 12, 18),
    ),
    EntryContent(
        133,
        "Fonds « Jeunesse et numérique » : soutien aux tiers-lieux des quartiers",
        "https://fondation.example/jeunesse-numerique",
        "Fondation des deux rives",
        date(2026, 11, 8),
        "",
        "Investissement et six premiers mois d’animation.",
        deadline=date(2027, 2, 1),
    ),
)

AGENDA = (
    EntryContent(
        141,
        "Rencontre régionale : évaluer les contrats de ville avec les habitants",
        "https://centre.example/agenda/evaluer-avec-les-habitants",
        "Centre de ressources",
        date(2026, 11, 17),
        "",
        "Ateliers le matin, restitution l’après-midi. Gratuit sur inscription.",
        event_start=date(2026, 12, 12),
        event_place="Lille, maison des associations",
    ),
    EntryContent(
        142,
        "Webinaire : lire l’atlas des quartiers 2026",
        "https://centre.example/agenda/webinaire-atlas",
        "Centre de ressources",
        date(2026, 11, 9),
        "",
        "",
        event_start=date(2026, 12, 3),
        event_place="en ligne, 11 h à 12 h",
    ),
    EntryContent(
        143,
        "Forum des conseils citoyens",
        "https://federation.example/forum-conseils-citoyens",
        "Fédération des habitants",
        date(2026, 11, 6),
        "",
        "Deux places par conseil ; transport pris en charge.",
        event_start=date(2027, 1, 21),
        event_place="Amiens, halle Freyssinet",
    ),
)

MONTHLY = IssueContent(
    series_id="monthly",
    series_name="Lettre mensuelle",
    template="monthly",
    number=112,
    title="novembre 2026",
    period_start=date(2026, 11, 1),
    period_end=date(2026, 11, 30),
    subject="Jeu-de-Mail, évaluations, non-recours (n° 112)",
    preheader="Trois appels à projets avant février, et la rencontre régionale du 12 décembre.",
    edito_html=(
        "<p>Ce mois-ci, commencez par la circulaire sur les <strong>évaluations à mi-parcours"
        "</strong> : elle fixe enfin un calendrier, et ouvre la porte aux conseils citoyens.</p>"
        "<p>À Dunkerque, le Jeu-de-Mail montre ce qu’un relogement patient rend possible. Nous en "
        'parlerons ensemble <a href="https://centre.example/agenda/evaluer-avec-les-habitants">le '
        "12 décembre à Lille</a>.</p>"
    ),
    edito_text=(
        "Ce mois-ci, commencez par la circulaire sur les évaluations à mi-parcours : elle fixe "
        "enfin un calendrier, et ouvre la porte aux conseils citoyens.\n\n"
        "À Dunkerque, le Jeu-de-Mail montre ce qu’un relogement patient rend possible. Nous en "
        "parlerons ensemble le 12 décembre à Lille :\n"
        "https://centre.example/agenda/evaluer-avec-les-habitants"
    ),
    edito_signature="Bruno Lefèvre, chargé de communication",
    sections=(
        SectionContent("a-retenir", "À retenir ce mois-ci", "lead", LEADS),
        SectionContent("territoires", "Territoires en action", "list", NEWS),
        SectionContent("ressources", "Ressources", "list", RESOURCES),
        SectionContent("echeances", "Échéances", "deadlines", DEADLINES),
        SectionContent("agenda", "Agenda", "agenda", AGENDA),
    ),
    identity=IDENTITY,
    web_url="https://vigie.centre.example/lettres/mensuelle-112",
    archive_url="https://vigie.centre.example/lettres",
    watch_url="https://vigie.centre.example/veille/2026-11",
    watch_label="Consulter toute la veille de novembre",
)

THEMATIC = replace(
    MONTHLY,
    series_id="thematic",
    series_name="Lettre thématique",
    template="thematic",
    number=7,
    title="Renouvellement urbain",
    period_start=date(2026, 9, 1),
    subject="Renouvellement urbain : reloger sans disperser (n° 7)",
    preheader="Douze lectures de l’automne, deux appels à projets et une personne à contacter.",
    theme_name="Renouvellement urbain",
    territory_name="Hauts-de-France",
    edito_html=(
        "<p>Reloger sans disperser : c’est la question que posent cet automne cinq projets de la "
        "région. Les réponses diffèrent, les écueils se ressemblent.</p>"
    ),
    edito_text=(
        "Reloger sans disperser : c’est la question que posent cet automne cinq projets de la "
        "région. Les réponses diffèrent, les écueils se ressemblent."
    ),
    edito_signature="Amina Benali, chargée de veille",
    sections=(
        SectionContent("a-la-une", "À lire d’abord", "lead", LEADS[:1]),
        SectionContent("ressources", "Comprendre", "list", (LEADS[1], *RESOURCES[1:])),
        SectionContent("territoires", "Sur le terrain", "list", (NEWS[1], NEWS[0], NEWS[4])),
        SectionContent("echeances", "Échéances", "deadlines", DEADLINES[:2]),
        SectionContent("agenda", "Agenda", "agenda", AGENDA[:1]),
    ),
    watch_url="https://vigie.centre.example/veille/renouvellement-urbain",
    watch_label="Voir toute la veille sur ce thème",
)


def monthly(**fields: Any) -> IssueContent:
    """The monthly letter of November 2026, 18 entries."""
    return replace(MONTHLY, **fields)


def thematic(**fields: Any) -> IssueContent:
    """A thematic issue on urban renewal: one lead, eight readings, deadlines, one event."""
    return replace(THEMATIC, **fields)


def with_entry(content: IssueContent, entry: int, **fields: Any) -> IssueContent:
    """`with_entry(monthly(), 111, title="…")`: the same issue, one entry changed."""

    def changed(one: EntryContent) -> EntryContent:
        return replace(one, **fields) if one.id == entry else one

    sections = tuple(replace(s, entries=tuple(map(changed, s.entries))) for s in content.sections)
    return replace(content, sections=sections)
