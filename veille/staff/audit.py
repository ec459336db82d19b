"""`record(actor, verb, subject, **detail)`: one line in the append-only trail."""

from __future__ import annotations

from typing import Any

from veille.staff.models import AuditEntry, User

# How each verb reads on screen, between the person and the subject; a test holds it complete.
VERBS = {
    "signed in": "s’est connecté·e :",
    "sign-in refused": "n’a pas pu se connecter :",
    "set password": "a choisi un mot de passe :",
    "opened account": "a ouvert le compte",
    "closed account": "a fermé le compte",
    "changed role": "a changé le rôle de",
    "added source": "a ajouté la source",
    "imported sources": "a importé la liste de sources",
    "edited source": "a modifié la source",
    "suspended source": "a suspendu la source",
    "resumed source": "a repris la source",
    "removed source": "a retiré la source",
    "restored source": "a rétabli la source",
    "changed the centre": "a changé les réglages de",
}


def record(actor: User | None, verb: str, subject: str, **detail: Any) -> AuditEntry:
    """Writes who did what to what; `actor=None` is the service itself.

    Call it inside the transaction of the act, so that both stand or neither. `detail` must be
    JSON and hold no reader's address.
    """
    name = actor.email if actor else "vigie"
    return AuditEntry.objects.create(
        actor=actor, actor_name=name, verb=verb, subject=subject[:200], detail=detail
    )
