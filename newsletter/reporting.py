"""Reading the ledger: where a sending stands, who got nothing, and why, in French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone

from newsletter.addresses import masked
from newsletter.models import Delivery, Issue, Mailing
from veille.french import appointment, count, day_and_clock, number

LEDGER = (
    "planned", "claimed", "handed", "accepted", "refused", "deferred", "in_doubt", "suppressed",
)  # fmt: skip
# RFC 3463 enhanced codes that say more than the reply code, most specific first.
ENHANCED = {
    "5.1.1": "cette adresse n’existe pas",
    "5.1.2": "le domaine de cette adresse n’existe pas",
    "5.1.3": "cette adresse est mal écrite",
    "5.1.6": "cette boîte a déménagé",
    "5.1.8": "le domaine de l’expéditeur est refusé",
    "5.1.10": "ce domaine ne reçoit pas de courriel",
    "5.2.1": "cette boîte est fermée",
    "5.2.2": "cette boîte est pleine",
    "5.2.3": "le message est trop lourd pour cette boîte",
    "5.3.4": "le message est trop lourd",
    "5.4.1": "le serveur du destinataire refuse cette adresse",
    "5.4.4": "le domaine de cette adresse est introuvable",
    "5.7.1": "refusé par la politique du destinataire",
    "5.7.9": "l’authentification de notre domaine (SPF, DKIM, DMARC) est refusée",
    "5.7.26": "l’authentification de notre domaine (SPF, DKIM, DMARC) est refusée",
    "5.7.515": "l’authentification de notre domaine (SPF, DKIM, DMARC) est refusée",
    "4.2.1": "cette boîte est momentanément fermée",
    "4.2.2": "cette boîte est pleine",
    "4.3.1": "le serveur du destinataire est plein",
    "4.4.1": "le serveur du destinataire ne répond pas",
    "4.7.0": "le serveur du destinataire demande de patienter",
    "4.7.1": "le serveur du destinataire demande de patienter",
}
PLAIN = {
    421: "le relais ferme la connexion", 450: "boîte momentanément indisponible",
    451: "le relais demande de réessayer plus tard", 452: "le relais manque de place",
    503: "le relais refuse notre session", 530: "le relais demande un identifiant",
    535: "le relais refuse l’identifiant ou le mot de passe",
    550: "cette adresse n’existe pas ou n’accepte pas nos messages",
    551: "cette boîte n’est pas ici", 552: "cette boîte est pleine",
    553: "cette adresse est refusée", 554: "le message est refusé",
}  # fmt: skip
ERASED = "(adresse effacée)"
SUPPRESSED = {
    "unsubscribed": "désabonné·e entre-temps",
    "bounce": "adresse en erreur",
    "complaint": "s’est plaint·e d’un envoi",
    "erased": "effacé·e à sa demande",
    "staff": "écarté·e par l’équipe",
    "cancelled": "envoi annulé",
}


def reason(code: int | None, reply: str, *, broken: bool = False) -> str:
    """Why, in French; the relay's own words follow when they are not known by their code."""
    if not code:
        return reply or "sans réponse du relais"
    found = re.search(r"\b([245]\.\d{1,3}\.\d{1,3})\b", reply)
    words = ENHANCED.get(found[1] if found else "") or PLAIN.get(code) or f"réponse {code}"
    if broken:
        # Kept in the trail and shown to every role: no reader's address.
        told = re.sub(r"[^\s<>]+@[^\s<>]+", lambda found: masked(found[0]), reply)
        return f"Le relais refuse l’envoi ({code}) : {words}. {told}"[:300]
    return words


WORDS = dict(Delivery.STATES)


@dataclass(frozen=True, slots=True)
class Line:
    """A recipient with what became of them, for people."""

    address: str
    masked: str  # for who may not see the readers
    state: str
    why: str
    detail: str  # the relay's own words


def counts(issue: Issue) -> dict[str, int]:
    """How many lines of the ledger in each state; every state is there."""
    rows = (
        Delivery.objects.filter(issue=issue).order_by().values_list("state").annotate(Count("pk"))
    )
    return dict.fromkeys(LEDGER, 0) | dict(rows)


def status(issue: Issue) -> dict[str, Any]:
    """Where the sending of `issue` stands (keys of the command line's contract).

    The eight counts always add up to `audience`, the number of lines frozen at the launch.
    """
    mailing = Mailing.objects.filter(issue=issue.pk).first()
    issue = Issue.objects.only("state", "sha256", "sent_at", "series").get(pk=issue.pk)
    told = counts(issue)
    stopped = mailing is not None and mailing.state in {"waiting", "paused"}
    return {
        "issue": issue.pk,
        "state": mailing.state if mailing and stopped else issue.state,
        "sha256": issue.sha256,
        "audience": sum(told.values()),
        **told,
        "provider": mailing.provider if mailing else issue.series.provider,
        "reason": mailing.reason if mailing else "",
        "send_at": mailing.send_at if mailing else None,
        "started_at": mailing.started_at if mailing else None,
        "sent_at": issue.sent_at,
    }


def lines(issue: Issue, state: str, most: int = 200) -> list[Line]:
    """The recipients in `state`, oldest first, with why in French."""
    rows = Delivery.objects.filter(issue=issue, state=state).order_by("pk")[:most]
    return [
        Line(
            address=row.address if "@" in row.address else ERASED,
            masked=masked(row.address) if "@" in row.address else ERASED,
            state=row.state,
            why=SUPPRESSED.get(row.reply, row.reply)
            if state == "suppressed"
            else reason(row.code, row.reply),
            detail=row.reply if row.code else "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """One state of the ledger as a stretch of the bar: `start` and `width` out of 1000."""

    state: str
    word: str
    count: int
    start: int
    width: int


def bar(told: dict[str, Any]) -> list[Part]:
    """The states that hold somebody, in the order of the ledger, what is done first."""
    order = ("accepted", "suppressed", "refused", "in_doubt", "deferred", "handed", "claimed",
             "planned")  # fmt: skip
    parts, before, whole = [], 0, max(told["audience"], 1)
    for state in order:
        if told[state]:
            start, end = before * 1000 // whole, (before + told[state]) * 1000 // whole
            parts.append(Part(state, WORDS[state], told[state], start, end - start))
            before += told[state]
    return parts


def sentence(mailing: Mailing, told: dict[str, Any]) -> str:
    """Where it stands in one sentence."""
    done = told["audience"] - told["planned"] - told["claimed"] - told["handed"]
    of = f"{number(done)} sur {count(told['audience'], 'destinataire')}"
    if mailing.state == "scheduled":
        return f"Partira {appointment(mailing.send_at, timezone.now())}."
    if mailing.state == "waiting":
        return "Cet envoi attend votre décision."
    if mailing.state == "paused":
        return f"Envoi en pause : {of}."
    if mailing.state == "cancelled":
        return f"Envoi annulé : {count(told['accepted'], 'destinataire')} l’avaient déjà reçu."
    if mailing.state == "sending":
        return f"Envoi en cours : {of}."
    when = day_and_clock(mailing.finished_at) if mailing.finished_at else ""
    received = number(told["accepted"])
    return f"Envoyé : {received} acceptés sur {count(told['audience'], 'destinataire')}, {when}."


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some were left out, and how many."""

    why: str
    count: int


def suppressed(issue: Issue) -> list[Reason]:
    """Why recipients were not written to."""
    rows = Delivery.objects.filter(issue=issue, state="suppressed").order_by()
    counted = rows.values_list("reply").annotate(n=Count("pk")).order_by("-n")
    return [Reason(SUPPRESSED.get(reply, reply), n) for reply, n in counted]
