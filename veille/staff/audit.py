"""`record(actor, verb, subject, **detail)`: one line in the append-only trail."""

from __future__ import annotations

from typing import Any

from veille.staff.models import AuditEntry, User

# How each verb reads on screen, between the person and the subject; a test holds it complete.
VERBS = {
    "signed in": "s’est connecté·e :",
    "sign-in refused": "n’a pas pu se connecter :",
    "made a link for": "a fait un lien de connexion pour",
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
    "added item": "a ajouté",
    "kept item": "a retenu",
    "dropped item": "a écarté",
    "reopened item": "a remis à voir",
    "tagged item": "a étiqueté",
    "untagged item": "a retiré une étiquette de",
    "refused item": "a refusé une suggestion pour",
    "annotated item": "a annoté",
    "undid a decision on": "a annulé un geste sur",
    "issue.propose": "a composé",
    "issue.edit": "a modifié l’objet, l’accroche ou l’édito de",
    "issue.reorder": "a changé l’ordre des contenus de",
    "issue.entry.add": "a ajouté un contenu à",
    "issue.entry.edit": "a modifié un contenu de",
    "issue.entry.place": "a déplacé un contenu de",
    "issue.entry.remove": "a retiré un contenu de",
    "issue.entry.restore": "a remis un contenu dans",
    "issue.accept_warnings": "a accepté des avertissements pour",
    "issue.submit": "a soumis à la relecture",
    "issue.approve": "a approuvé",
    "issue.return": "a renvoyé à reprendre",
    "letter.configure": "a changé les réglages de la lettre",
    "sent a test": "a envoyé un essai de",
    "scheduled": "a programmé l’envoi de",
    "launched": "a lancé l’envoi de",
    "held back": "a retenu, en attente d’une décision, l’envoi de",
    "paused": "a mis en pause l’envoi de",
    "resumed": "a repris l’envoi de",
    "cancelled": "a annulé l’envoi de",
    "retried": "a demandé de renvoyer",
    "took as received": "a considéré comme reçus les incertains de",
    "left in doubt": "a laissé tels quels les incertains de",
    "noticed an older database": "a trouvé la base plus ancienne que les envois :",
    "finished sending": "a terminé l’envoi de",
    "added a reader": "a ajouté une personne à",
    "imported readers": "a importé des abonnés à",
    "exported readers": "a exporté les abonnés de",
    "unsubscribed a reader": "a désabonné une personne de",
    "erased a reader": "a effacé une personne :",
    "asked for job": "a lancé le travail",
    "changed job": "a changé la cadence du travail",
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
