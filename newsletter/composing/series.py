"""The letters there are. Code holds the defaults, rows hold what staff changed: a second run of
`ensure_series` adds what is missing and touches nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from newsletter.models import Section, Series
from veille.exceptions import BadInput, NotFound
from veille.french import NBSP
from veille.staff import audit
from veille.staff.models import User
from veille.staff.roles import SETTINGS, demand


@dataclass(frozen=True, slots=True)
class _Rubric:
    slug: str
    title: str
    content_types: tuple[str, ...] = ()
    style: str = "list"
    most: int = 6


# Order and slugs: `rubriques_par_defaut` of the shipped taxonomy (the édito is a field, no rubric).
_MONTHLY = (
    _Rubric("a-la-une", "À retenir", style="lead", most=3),
    _Rubric("actualites-du-centre", "Actualités du centre"),
    _Rubric("territoires-en-action", "Territoires en action", ("experience",)),
    _Rubric("agenda", "Agenda", ("evenement",), style="agenda"),
    _Rubric("appels-a-projets", "Appels à projets", ("appel-a-projets",), style="deadlines"),
    _Rubric("publications", "Publications", ("publication",)),
    _Rubric("textes-officiels", "Textes officiels", ("texte-officiel",), most=4),
    _Rubric("vu-dans-la-presse", "Vu dans la presse", ("article",), most=8),
    _Rubric("nouveautes-espace-doc", "Nouveautés de l’espace doc"),
)
_THEMATIC = (
    _Rubric("a-la-une", "À la une", style="lead", most=1),
    _Rubric("comprendre", "Comprendre", ("article", "texte-officiel"), most=8),
    _Rubric("territoires-en-action", "Territoires en action", ("experience",)),
    _Rubric("ressources", "Ressources", ("publication",), most=8),
    _Rubric("appels-a-projets", "Appels à projets", ("appel-a-projets",), style="deadlines"),
    _Rubric("agenda", "Agenda", ("evenement",), style="agenda"),
    _Rubric("contacts", "Contacts"),
)
SHIPPED = (
    ("monthly", "Lettre mensuelle", _MONTHLY),
    ("thematic", "Lettre thématique", _THEMATIC),
)


@transaction.atomic
def ensure_series() -> dict[str, int]:
    """Creates the letters `monthly` and `thematic` that are missing, with their sections.

    Gives how many were created. A letter that exists is left as staff made it: sections they
    renamed, moved or deleted stay so.
    """
    made = {"letters": 0, "sections": 0}
    for position, (key, name, rubrics) in enumerate(SHIPPED):
        series, created = Series.objects.get_or_create(
            id=key, defaults={"name": name, "template": key, "position": position}
        )
        if not created:
            continue
        made["letters"] += 1
        made["sections"] += len(rubrics)
        Section.objects.bulk_create(_section(series, index, r) for index, r in enumerate(rubrics))
    return made


def _section(series: Series, position: int, rubric: _Rubric) -> Section:
    return Section(
        series=series,
        slug=rubric.slug,
        title=rubric.title,
        position=position,
        content_types=list(rubric.content_types),
        style=rubric.style,
        most=rubric.most,
    )


def find(series_id: str) -> Series:
    """The letter, or NotFound naming those there are."""
    series = Series.objects.filter(pk=series_id).first()
    if series is None:
        known = ", ".join(Series.objects.values_list("pk", flat=True)) or "aucune (vigie setup)"
        raise NotFound(f"Lettre inconnue{NBSP}: «{NBSP}{series_id}{NBSP}». Lettres{NBSP}: {known}.")
    return series


# What `configure` accepts beside `sections.<slug>.<field>` and `options.<name>`.
KEYS = (
    "name", "sender", "sender_name", "sender_address", "reply_to", "list_id", "list", "provider",
    "same_person_may_approve", "next_number", "active",
)  # fmt: skip
_SECTION_KEYS = ("title", "position", "most")
_TEXT = {"name": 120, "sender_name": 120, "list_id": 200, "provider": 20}
_ADDRESSES = {"sender_address": "l’expéditeur", "reply_to": "réponse"}
_YES = {"1": True, "oui": True, "true": True, "yes": True, "on": True}
_NO = {"0": False, "non": False, "false": False, "no": False, "off": False, "": False}


@transaction.atomic
def configure(series: Series, values: Mapping[str, str], actor: User | None) -> Series:
    """Sets fields of a letter from text: those of KEYS, `sections.agenda.title`, `options.folder`.

    `sender` takes «Centre <lettre@centre.fr>» or an address; `list` is the provider's list.
    Raises BadInput naming the key; then nothing is written.
    """
    demand(actor, SETTINGS, "régler une lettre")
    for key, value in values.items():
        _set(series, key, value.strip())
    series.save()
    audit.record(actor, "letter.configure", str(series), keys=sorted(values))
    return series


def _set(series: Series, key: str, value: str) -> None:
    if key.startswith("sections."):
        _set_section(series, key, value)
    elif key == "sender":
        name, address = parseaddr(value)
        _set(series, "sender_address", address or value)
        if name:
            _set(series, "sender_name", name)
    elif key == "list" or key.startswith("options."):
        options = dict(series.provider_options)
        options[key.removeprefix("options.")] = value
        series.provider_options = options
    elif key in KEYS:
        setattr(series, key, _value(series, key, value))
    else:
        known = ", ".join(KEYS)
        raise BadInput(
            f"Réglage inconnu{NBSP}: «{NBSP}{key}{NBSP}». Réglages{NBSP}: {known}, "
            "sections.<rubrique>.title|position|most, options.<nom>.",
            where=key,
        )


def _value(series: Series, key: str, value: str) -> Any:
    if key in _ADDRESSES:
        if value:
            _check_address(key, value)
        return value
    if key in {"same_person_may_approve", "active"}:
        return _boolean(key, value)
    if key == "next_number":
        number = _number(key, value)
        if series.issues.filter(number__gte=number).exists():
            raise BadInput(
                f"Le numéro {number} est déjà pris ou dépassé{NBSP}: donnez-en un plus grand.",
                where=key,
            )
        return number
    limit = _TEXT[key]
    if len(value) > limit or (key in {"name", "provider"} and not value):
        raise BadInput(f"«{NBSP}{key}{NBSP}» demande de 1 à {limit} signes.", where=key)
    return value


def _check_address(key: str, value: str) -> None:
    try:
        validate_email(value)
    except ValidationError as error:
        raise BadInput(
            f"Adresse de {_ADDRESSES[key]} illisible{NBSP}: «{NBSP}{value}{NBSP}». "
            "Écrivez par exemple lettre@centre.fr.",
            where=key,
        ) from error


def _boolean(key: str, value: str) -> bool:
    answer = (_YES | _NO).get(value.lower())
    if answer is None:
        raise BadInput(f"«{NBSP}{key}{NBSP}» se règle par oui ou non.", where=key)
    return answer


def _number(key: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 6:
        raise BadInput(f"«{NBSP}{key}{NBSP}» demande un nombre entier.", where=key)
    return int(value)


def _set_section(series: Series, key: str, value: str) -> None:
    _, _, rest = key.partition(".")
    slug, _, name = rest.rpartition(".")
    section = series.sections.filter(slug=slug).first()
    if section is None or name not in _SECTION_KEYS:
        known = ", ".join(series.sections.values_list("slug", flat=True))
        raise BadInput(
            f"Réglage inconnu{NBSP}: «{NBSP}{key}{NBSP}». Rubriques{NBSP}: {known}{NBSP}; "
            f"champs{NBSP}: {', '.join(_SECTION_KEYS)}.",
            where=key,
        )
    if name == "title":
        if not 0 < len(value) <= 120:
            raise BadInput("Le titre d’une rubrique compte de 1 à 120 signes.", where=key)
        section.title = value
    else:
        setattr(section, name, _number(key, value))
    section.save()
