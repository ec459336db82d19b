"""What an answer changes: one transaction per source, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from veille import suggesting
from veille.collecting import courtesy, items
from veille.collecting.asking import Answer
from veille.models import Attempt, Host, Item, Source
from veille.reading import cadence
from veille.reading.types import NextCheck, Outcome, Skip

KEPT_ATTEMPTS = 20  # the table of a source's page
REDISCOVER = timedelta(days=7)  # of 404: offer to look for the new address
GONE = timedelta(hours=24)  # between two 410 before believing them


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of it."""

    new: int = 0
    changed: int = 0


@transaction.atomic
def store(answer: Answer, owner: str, at: datetime, *, network_down: bool = False) -> Stored | None:
    """Writes the attempt, the source's fields, its items and their suggestions; gives the claim
    back. None when the claim was lost meanwhile: another process answers for this source.

    With `network_down` nothing is held against the source.
    """
    source = Source.objects.select_for_update().filter(pk=answer.source, claimed_by=owner).first()
    if source is None:
        return None
    created, updated = items.store(source, answer.parsed, at) if answer.parsed else ([], [])
    if created or updated:
        suggesting.suggest([*created, *updated])
    _remember_answer(source, answer, at, network_down=network_down)
    plan = _plan(source, answer, at, network_down=network_down)
    source.next_check, source.why = plan.at, plan.why[:200]
    source.hold_until = plan.hold_source_until
    source.checked_at, source.claimed_until, source.claimed_by = at, None, ""
    if created or updated:
        source.changed_at = at
    source.save()
    _courtesy(source, answer, plan)
    _record(source, answer, at, Stored(len(created), len(updated)))
    return Stored(len(created), len(updated))


def _remember_answer(source: Source, answer: Answer, at: datetime, *, network_down: bool) -> None:
    """Validators, body hash, state and error of the source."""
    if answer.kind != "failed":
        _remember_validators(source, answer)
        source.error_count, source.error_code, source.error_message = 0, "", ""
        source.error_since = None
        source.state = "active" if source.state == "refused" else source.state
        return
    if network_down or answer.status == 429:  # nothing is wrong with this source
        return
    gone = answer.status == 410 and _gone_for_good(source, at)
    source.error_count += 1
    source.error_since = source.error_since or at
    source.error_code = answer.code[:40]
    source.error_message = _message(source, answer, at, gone=gone)
    if answer.status in {401, 403} and source.state == "active":
        source.state = "refused"
    if gone:
        source.state = "suspended"


def _remember_validators(source: Source, answer: Answer) -> None:
    """Opaque, byte for byte, the latest of both on every 200 and 304 (RFC 9110 8.8; a 304 may
    leave out what did not change, a 200 without one withdraws it). Those of a body that could not
    be read are not kept: a later 304 would hide that its items were never stored.
    """
    assert answer.fetched is not None  # noqa: S101  # the contract of Answer
    fetched = answer.fetched
    if fetched.not_modified:
        source.etag = fetched.etag or source.etag
        source.last_modified = fetched.last_modified or source.last_modified
        return
    source.etag, source.last_modified = fetched.etag, fetched.last_modified
    source.body_hash = answer.body_hash


def _gone_for_good(source: Source, at: datetime) -> bool:
    """410 again, a day or more after another 410 with nothing better between."""
    if source.error_code != "http-410":
        return False
    before = source.attempts.filter(status=410, at__lte=at - GONE)
    return before.exists()


def _message(source: Source, answer: Answer, at: datetime, *, gone: bool) -> str:
    if gone:
        return (
            "Le site répond depuis plus d’un jour que ce flux est supprimé : le relevé est "
            "suspendu. Cherchez la nouvelle adresse sur le site, ou retirez la source."
        )
    since = source.error_since or at
    if answer.status == 404 and at - since >= REDISCOVER:
        return (
            f"{answer.message} Cela dure depuis plus de 7 jours : cherchez la nouvelle adresse "
            "à partir du site."
        )
    return answer.message


def _plan(source: Source, answer: Answer, at: datetime, *, network_down: bool) -> NextCheck:
    strikes = 0
    if answer.status == 429:
        host = Host.objects.filter(pk=courtesy.host_of(source.url)).first()
        strikes = (host.strikes if host else 0) + 1
    outcome = Outcome(
        answer.kind,
        code="offline" if network_down else answer.code,
        status=answer.status,
        headers=answer.headers,
        **_wish(source, answer),
        error_count=strikes or source.error_count,
        seen=_seen(source, at),
    )
    return cadence.next_check(outcome, now=at, key=str(source.pk), daily=source.daily)


def _wish(source: Source, answer: Answer) -> dict[str, Any]:
    """What the feed itself asks about frequency, remembered for answers without a body."""
    if answer.parsed:
        ttl = answer.parsed.ttl
        source.wish = {
            "ttl": ttl.total_seconds() if ttl else None,
            "hours": list(answer.parsed.skip.hours),
            "days": list(answer.parsed.skip.days),
        }
    seconds = source.wish.get("ttl")
    hours, days = source.wish.get("hours", ()), source.wish.get("days", ())
    ttl = timedelta(seconds=seconds) if seconds else None
    return {"ttl": ttl, "skip": Skip(tuple(hours), tuple(days))}


def _seen(source: Source, at: datetime) -> tuple[datetime, ...]:
    """When its last items appeared, newest first. The date of publication says it better than
    ours for what was there before the first reading.
    """
    rows = Item.objects.filter(source=source).order_by("-published", "-pk")[:20]
    times = rows.values_list("date_basis", "published", "collected")
    moments = [c if basis == "collected" else min(p, c, at) for basis, p, c in times]
    return tuple(sorted(moments, reverse=True))


def _courtesy(source: Source, answer: Answer, plan: NextCheck) -> None:
    host = courtesy.host_of(source.url)
    if plan.hold_host_until is not None:
        courtesy.hold(host, plan.hold_host_until, plan.why)
    elif answer.kind != "failed":
        courtesy.welcome(host)


def _record(source: Source, answer: Answer, at: datetime, stored: Stored) -> None:
    Attempt.objects.create(
        source=source,
        at=at,
        outcome=answer.kind,
        status=answer.status,
        milliseconds=answer.fetched.milliseconds if answer.fetched else 0,
        size=len(answer.fetched.body) if answer.fetched else 0,
        new=stored.new,
        changed=stored.changed,
        code=answer.code[:40],
        message=answer.message,
    )
    old = list(source.attempts.values_list("pk", flat=True)[KEPT_ATTEMPTS:])
    if old:
        Attempt.objects.filter(pk__in=old).delete()
