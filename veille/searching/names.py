"""The theme, place, source or type that a person named by its code or by its name."""

from __future__ import annotations

from veille.exceptions import BadInput
from veille.matching.folding import fold
from veille.models import ContentType, Source, Territory, Theme


def theme(text: str) -> Theme:
    """The theme with this id or name. Raises BadInput when there is none."""
    wanted = fold(text).strip()
    found = Theme.objects.filter(pk=wanted).first()
    for candidate in () if found else Theme.objects.all():
        if fold(candidate.name) == wanted or candidate.pk == wanted.replace(" ", "-"):
            return candidate
    if found is None:
        raise BadInput(f"Aucun thème ne s’appelle « {text} ».", where="q")
    return found


def territory(text: str) -> Territory:
    """The territory with this code or name; the widest of those that share a name.

    Raises BadInput when there is none.
    """
    wanted = fold(text).strip()
    found = Territory.objects.filter(pk__in={text.strip(), wanted, wanted.upper()}).first()
    if found is None:
        kinds = [kind for kind, _ in Territory.KINDS]
        named = [
            (kinds.index(kind), code)
            for code, kind, name in Territory.objects.values_list("code", "kind", "name")
            if fold(name) == wanted
        ]
        found = Territory.objects.filter(pk=min(named)[1]).first() if named else None
    if found is None:
        raise BadInput(
            f"Aucun lieu ne s’appelle « {text} » : écrivez son nom entier ou son code.", where="q"
        )
    return found


def sources(text: str) -> list[int]:
    """The ids of the sources with this id, or with these words in their name.

    Raises BadInput when there is none.
    """
    wanted = fold(text).strip()
    rows = list(Source.objects.order_by().values_list("pk", "name"))
    found = [pk for pk, _ in rows if str(pk) == wanted]
    found = found or [pk for pk, name in rows if wanted in fold(name)]
    if not found:
        raise BadInput(f"Aucune source ne s’appelle « {text} ».", where="q")
    return found


def kinds(text: str) -> list[str]:
    """The ids of the content types with this id or these words in their name.

    Raises BadInput when there is none.
    """
    wanted = fold(text).strip()
    rows = ContentType.objects.values_list("pk", "name")
    found = [pk for pk, name in rows if pk == wanted or wanted in fold(name)]
    if not found:
        raise BadInput(f"Aucun type de contenu ne s’appelle « {text} ».", where="q")
    return found


def source_name(text: str) -> str:
    """The name of the source with this id, else the words themselves."""
    found = Source.objects.filter(pk=int(text)).first() if text.isdecimal() else None
    return found.name if found else text


def kind_name(text: str) -> str:
    """The name of the content type with this id, else the words themselves."""
    found = ContentType.objects.filter(pk=text).first()
    return found.name if found else text
