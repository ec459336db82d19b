"""What people decide about a sending. Each act is audited and takes effect before the next line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.db.models import QuerySet

from newsletter.delivery.messages import frozen, press, relay, snapshot
from newsletter.models import Delivery, Issue, Mailing, Series, Subscription
from veille.exceptions import BadInput, Conflict, Refused
from veille.french import count, day_and_clock
from veille.models import Centre
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SEND, demand

P = ParamSpec("P")
EARLIEST = timedelta(minutes=5)  # a time typed a moment ago is «now», one from yesterday a mistake


def audience_of(series: Series) -> int:
    """How many readers would get an issue frozen now (suppressed addresses included)."""
    return Subscription.objects.filter(series=series, state="active").count()


@transaction.atomic
def schedule(
    issue: Issue, at: datetime, actor: User | None, now: datetime, *, expected: int | None = None
) -> Mailing:
    """This approved content leaves at `at` (aware). Nothing is rendered again, ever.

    `expected` is the number of recipients the person typed. Raises Conflict when it is scheduled
    already (a double click), Refused when the content is not what was approved, BadInput when the
    audience is not the one expected (`where="typed"`) or the time is past, NotConfigured for
    sender and relay, RenderingError when the message cannot be written.
    """
    demand(actor, SEND, "programmer un envoi")
    issue = Issue.objects.select_for_update().select_related("series").get(pk=issue.pk)
    if issue.state in {"scheduled", "sending", "sent"}:
        raise Conflict(f"Ce numéro est déjà {issue.get_state_display()}.")
    if issue.state != "approved":
        raise Refused("Ce numéro n’est pas approuvé : faites-le relire avant de le programmer.")
    if at < now - EARLIEST:
        raise BadInput(f"{day_and_clock(at)} est passé : choisissez une heure à venir.", where="at")
    frozen(issue)
    _same_sender(issue)
    size = audience_of(issue.series)
    if not size:
        raise Refused(f"Personne n’est abonné à « {issue.series.name} » : ajoutez des abonnés.")
    if expected is not None and expected != size:
        raise BadInput(
            f"{count(size, 'destinataire')}, et non {expected} : vérifiez, recommencez.",
            where="typed",
        )
    values = {**snapshot(issue), "send_at": at, "state": "scheduled", "reason": ""}
    values["launched_by_name"] = str(actor) if actor else "vigie"
    mailing, _ = Mailing.objects.update_or_create(issue=issue, defaults=values)
    relay(mailing.provider)
    press(mailing, issue, at)
    Issue.objects.filter(pk=issue.pk).update(state="scheduled", send_at=at)
    record(actor, "scheduled", str(issue), at=at.isoformat(), sha256=issue.sha256, audience=size)
    return mailing


def _same_sender(issue: Issue) -> None:
    """Refused when the letter's sender is no longer the one that was approved (P6)."""
    approved = (issue.frozen_content or {}).get("identity", {})
    now = {
        "sender_name": issue.series.sender_name or Centre.current().name,
        "sender_address": issue.series.sender_address,
        "reply_to": issue.series.reply_to,
    }
    if any(approved.get(name, value) != value for name, value in now.items()):
        raise Refused("L’expéditeur a changé depuis l’approbation : faites relire de nouveau.")


def send_now(
    issue: Issue, actor: User | None, now: datetime, *, expected: int | None = None
) -> Mailing:
    """`schedule` for this moment: the next run of the worker launches it."""
    return schedule(issue, now, actor, now, expected=expected)


def _act(
    body: Callable[Concatenate[Mailing, User | None, P], None],
) -> Callable[Concatenate[Issue, User | None, P], Mailing]:
    """An act on the mailing of an issue, by who may send: its row locked, all or nothing."""

    def act(issue: Issue, actor: User | None, /, *args: P.args, **kwargs: P.kwargs) -> Mailing:
        demand(actor, SEND, "décider d’un envoi")
        with transaction.atomic():
            rows = Mailing.objects.select_for_update(of=("self",)).select_related("issue")
            mailing = rows.filter(issue=issue.pk).first()
            if mailing is None:
                raise Refused("Ce numéro n’est pas programmé.")
            body(mailing, actor, *args, **kwargs)
            mailing.save()
        return mailing

    act.__name__, act.__doc__ = body.__name__, body.__doc__
    return act


@_act
def pause(mailing: Mailing, actor: User | None) -> None:
    """No further message leaves until `resume`."""
    if mailing.state != "sending":
        raise Refused(f"Rien à mettre en pause : l’envoi est {mailing.get_state_display()}.")
    mailing.state = "paused"
    mailing.reason = f"Mis en pause par {actor or 'la ligne de commande'}."
    record(actor, "paused", str(mailing.issue))


@_act
def resume(mailing: Mailing, actor: User | None, now: datetime) -> None:
    """Goes on after a pause, or confirms an issue that waits because it is late."""
    if mailing.state not in {"paused", "waiting"}:
        raise Refused(f"Rien à reprendre : l’envoi est {mailing.get_state_display()}.")
    frozen(mailing.issue)
    if mailing.started_at is None:
        mailing.state, mailing.send_at = "scheduled", now
    else:
        mailing.state = "sending"
        # A person decided now: what is left is no longer a sending that stood still.
        mailing.deliveries.filter(state="planned").update(updated=now)
    mailing.reason = ""
    record(actor, "resumed", str(mailing.issue))


@_act
def cancel(mailing: Mailing, actor: User | None, now: datetime) -> None:
    """Before the launch the issue is approved again; after it, whoever got nothing gets nothing."""
    if mailing.state in {"done", "cancelled"}:
        raise Refused(f"Trop tard pour annuler : l’envoi est {mailing.get_state_display()}.")
    started = mailing.started_at is not None
    left = mailing.deliveries.filter(state__in=("planned", "claimed", "deferred"))
    dropped = left.update(
        state="suppressed", reply="cancelled", worker="", lease_until=None, next_try=None,
        updated=now,
    )  # fmt: skip
    mailing.state, mailing.finished_at = "cancelled", now if started else None
    mailing.reason = f"Annulé par {actor or 'la ligne de commande'}."
    state = "cancelled" if started else "approved"
    Issue.objects.filter(pk=mailing.issue_id).update(state=state, send_at=None)
    record(actor, "cancelled", str(mailing.issue), not_sent=dropped)


@_act
def retry(mailing: Mailing, actor: User | None, which: str, now: datetime) -> None:
    """A person decides to send again: to those `in_doubt` (they may get it twice) or `deferred`."""
    lines = _waiting_lines(mailing, which)
    changed = lines.update(state="planned", worker="", lease_until=None, next_try=None, updated=now)
    if mailing.state == "done":
        mailing.state, mailing.finished_at = "sending", None
        Issue.objects.filter(pk=mailing.issue_id).update(state="sending")
    record(actor, "retried", str(mailing.issue), which=which, lines=changed)


@_act
def settle(mailing: Mailing, actor: User | None, now: datetime) -> None:
    """A person decides that those in doubt did receive it: nothing leaves."""
    lines = _waiting_lines(mailing, "in_doubt")
    changed = lines.update(
        state="accepted", worker="", reply=f"considéré comme reçu par {actor}"[:300], updated=now
    )
    record(actor, "took as received", str(mailing.issue), lines=changed)


@_act
def leave(mailing: Mailing, actor: User | None, now: datetime) -> None:
    """A person decides that those in doubt stay so: nothing leaves, nothing is claimed received."""
    lines = _waiting_lines(mailing, "in_doubt")
    changed = lines.update(reply=f"laissé tel quel par {actor}"[:300], updated=now)
    record(actor, "left in doubt", str(mailing.issue), lines=changed)


def _waiting_lines(mailing: Mailing, which: str) -> QuerySet[Delivery]:
    if which not in {"in_doubt", "deferred"}:
        raise BadInput("Choisissez les incertains ou les différés.", where="which")
    if mailing.state == "cancelled":
        raise Refused("L’envoi est annulé : rien n’est renvoyé.")
    lines = mailing.deliveries.filter(state=which)
    if not lines.exists():
        words = "incertain" if which == "in_doubt" else "différé"
        raise Refused(f"Aucun destinataire {words} pour ce numéro.")
    return lines
