"""An issue sent to readers, and a way to tell what happened to a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from newsletter import delivery
from newsletter.models import Delivery, Issue, Mailing, Subscriber, Subscription
from tests import make
from tests.make import NOW

LATER = NOW + timedelta(hours=6)


def sent_issue(readers: list[Subscriber] | None = None, **fields: Any) -> Issue:
    """An issue sent through «memory»; its ledger lines are accepted."""
    issue = make.approved_issue(**fields)
    for reader in readers or []:
        reader.subscriptions.get_or_create(series=issue.series, defaults={"origin": "cli"})
    Subscription.objects.update(since=NOW - timedelta(days=30))
    delivery.schedule(issue, NOW, None, NOW)
    delivery.deliver_due(NOW)
    return issue


def carried_by(issue: Issue, provider: str) -> None:
    """As though `provider` had carried the mailing."""
    Mailing.objects.filter(issue=issue).update(provider=provider)


def brevo(event: str, line: Delivery, **more: Any) -> dict[str, Any]:
    """A Brevo event about a line of the ledger."""
    return {
        "event": event, "email": line.address, "id": 55, "camp_id": 311,
        "campaign name": f"Lettre · #{line.mailing.key.hex[:8]}",
        "ts_event": int(LATER.timestamp()),
    } | more  # fmt: skip


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps(events[0] if len(events) == 1 else list(events)).encode()


@pytest.fixture
def issue(transactional_db: None) -> Issue:
    """Sent by Brevo to three readers."""
    made = sent_issue(subscribers=3)
    carried_by(made, "brevo")
    return made


@pytest.fixture
def line(issue: Issue) -> Callable[[int], Delivery]:
    rows = Delivery.objects.filter(issue=issue).select_related(
        "mailing", "subscription__subscriber"
    )
    return lambda n: rows.order_by("pk")[n]
