"""Changing a source. Every act is audited in its own transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from veille.exceptions import BadInput, NotFound, Refused
from veille.models import Source
from veille.sourcing import addresses, places, records
from veille.staff.audit import record as audit
from veille.staff.models import User
from veille.staff.roles import SOURCES, demand

TEXTS = {"name": 200, "category": 120, "coverage": 200, "note": 5000}
EDITABLE = (*TEXTS, "url", "site_url", "priority", "filtered", "daily", "rights")


def find(pk: int) -> Source:
    """The source numbered `pk`; NotFound otherwise."""
    source = Source.objects.filter(pk=pk).first()
    if source is None:
        raise NotFound(f"Aucune source n° {pk}.")
    return source


@transaction.atomic
def edit(source: Source, actor: User | None, **fields: Any) -> Source:
    """Changes fields named in EDITABLE; a new address is read at once, as if for the first time.

    Raises BadInput with `where` = the field, before anything is written.
    """
    demand(actor, SOURCES, "modifier une source")
    values = {name: _checked(source, name, value) for name, value in fields.items()}
    changed = {name: value for name, value in values.items() if getattr(source, name) != value}
    if not changed:
        return source
    for name, value in changed.items():
        setattr(source, name, value)
    update = set(changed)
    if "url" in changed:
        update |= _start_again(source)
    source.save(update_fields=sorted(update))
    if "coverage" in changed:
        places.relink(source)
    audit(actor, "edited source", source.name, source=source.pk, fields=sorted(changed))
    return source


def _checked(source: Source, name: str, value: Any) -> Any:
    if name not in EDITABLE:
        raise BadInput(f"Le champ « {name} » ne se modifie pas.", where=name)
    if name in TEXTS:
        return _text(name, records.CONTROL.sub("", str(value)).strip())
    if name in {"url", "site_url"}:
        return _address(source, name, str(value).strip())
    if name == "priority":
        if str(value) not in {str(number) for number in range(1, 10)}:
            raise BadInput("Écrivez un nombre de 1 (d’abord) à 9.", where=name)
        return int(value)
    if name == "rights":
        if value not in dict(Source.RIGHTS):
            raise BadInput("Choisissez un statut de droits dans la liste.", where=name)
        return value
    return bool(value)


def _text(name: str, value: str) -> str:
    if name == "name" and not value:
        raise BadInput("Donnez un nom à la source.", where=name)
    if len(value) > TEXTS[name]:
        raise BadInput(f"{len(value)} signes : {TEXTS[name]} au plus.", where=name)
    return value


def _address(source: Source, name: str, value: str) -> str:
    if not value and (name == "site_url" or source.state == "manual"):
        return ""
    try:
        url = addresses.clean(value)
    except BadInput as error:
        raise BadInput(str(error), where=name) from error
    other = addresses.holder(url, but=source.pk) if name == "url" else None
    if other is not None:
        raise BadInput(f"Cette adresse est déjà celle de « {other.name} ».", where=name)
    return url


def _start_again(source: Source) -> set[str]:
    """Forgets what belonged to the old address. Gives the names of the fields it set."""
    values: dict[str, Any] = {
        "etag": "", "last_modified": "", "body_hash": "", "error_count": 0, "error_code": "",
        "error_message": "", "error_since": None, "hold_until": None, "wish": {},
        "next_check": timezone.now(),
        "why": "l’adresse vient d’être changée", "claimed_until": None, "claimed_by": "",
    }  # fmt: skip
    if source.state == "refused":
        values["state"] = "active"
    for name, value in values.items():
        setattr(source, name, value)
    return set(values)


@transaction.atomic
def suspend(source: Source, actor: User | None) -> Source:
    """Stops reading it until somebody resumes it. Its items stay."""
    if source.state not in Source.POLLED:
        raise Refused(f"« {source.name} » n’est pas relevée automatiquement.")
    return _state(source, "suspended", "suspendue par l’équipe", actor, "suspended source")


@transaction.atomic
def resume(source: Source, actor: User | None) -> Source:
    """Reads it again, as soon as possible."""
    if source.state != "suspended":
        raise Refused(f"« {source.name} » n’est pas suspendue.")
    return _state(source, "active", "vient d’être reprise", actor, "resumed source")


@transaction.atomic
def remove(source: Source, actor: User | None) -> Source:
    """Takes it out of every list and stops reading it. Its items and the decisions on them stay,
    so that `restore` loses nothing.
    """
    if source.state == "removed":
        raise Refused(f"« {source.name} » est déjà retirée.")
    return _state(source, "removed", "retirée par l’équipe", actor, "removed source")


@transaction.atomic
def restore(source: Source, actor: User | None) -> Source:
    """Undoes `remove`."""
    if source.state != "removed":
        raise Refused(f"« {source.name} » n’est pas retirée.")
    back = "active" if source.url and records.polled(source.kind) else "manual"
    return _state(source, back, "vient d’être rétablie", actor, "restored source")


def _state(source: Source, state: str, why: str, actor: User | None, verb: str) -> Source:
    demand(actor, SOURCES, "modifier une source")
    source.state, source.why = state, why
    names = ["state", "why"]
    if state in Source.POLLED:
        source.next_check, source.error_count = timezone.now(), 0
        names += ["next_check", "error_count"]
    source.save(update_fields=names)
    audit(actor, verb, source.name, source=source.pk)
    return source
