"""What the last sheet before sending shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter import composing, delivery
from newsletter.exceptions import ProviderError
from newsletter.letter import Finding
from newsletter.models import Issue, Mailing, Subscription
from veille.exceptions import VigieError
from veille.french import PARIS


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures and sentences of the sheet; `day` and `time` are Paris values for the form."""

    audience: int
    joined: int  # since the previous issue of the series
    left: int
    previous: str  # «Lettre mensuelle n° 111 – octobre 2026», empty for the first
    sender: str
    provider: str
    obstacle: str  # why it cannot be sent at all, in French; empty when it can
    findings: list[Finding]
    day: str
    time: str

    @classmethod
    def of(cls, issue: Issue, now: datetime) -> Sheet:
        """Reads everything the sheet of `issue` says."""
        last = _previous(issue)
        since = last.started_at if last and last.started_at else None
        rows = Subscription.objects.filter(series=issue.series)
        sender, obstacle = _sender(issue)
        at = (issue.send_at or _next_morning(now)).astimezone(PARIS)
        return cls(
            audience=delivery.audience_of(issue.series),
            joined=rows.filter(state="active", since__gt=since).count() if since else 0,
            left=rows.filter(state="left", left_at__gt=since).count() if since else 0,
            previous=str(last.issue) if last else "",
            sender=sender,
            provider=delivery.provider_label(issue.series.provider),
            obstacle=obstacle,
            findings=composing.findings(issue, now),
            day=at.date().isoformat(),
            time=f"{at:%H:%M}",
        )


def _previous(issue: Issue) -> Mailing | None:
    sent = Mailing.objects.filter(issue__series=issue.series, started_at__isnull=False)
    return sent.exclude(issue=issue).select_related("issue__series").order_by("-started_at").first()


def _sender(issue: Issue) -> tuple[str, str]:
    """«Nom <adresse>», and what stands in the way of sending."""
    try:
        values = delivery.snapshot(issue)
        delivery.relay(values["provider"])
    except (ProviderError, VigieError) as error:
        return issue.series.sender_address, str(error)
    return f"{values['sender_name']} <{values['sender']}>".strip(), ""


def _next_morning(now: datetime) -> datetime:
    """Nine o'clock in Paris, on the next working day."""
    day = now.astimezone(PARIS).replace(hour=9, minute=0, second=0, microsecond=0)
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
