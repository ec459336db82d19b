"""A storm of events in any order: python bench/events.py [EVENTS] (50,000 unless told).

Makes a ledger in a data folder of its own, tells of every message in 1 to 4 ways (delivered, wrong
address, complaint, departure), shuffles, repeats a tenth, adds strangers, keeps each notice as the
webhook does, reads them as the job does, then compares with the exact state. Ends with 1 when a
single row differs. VIGIE_DATABASE_URL chooses PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
SENT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
AFTER = SENT + timedelta(hours=6)
KINDS = ("delivered", "hard_bounce", "spam", "unsubscribe")
PER_NOTICE = 10  # Brevo groups events when asked to


def ledger(messages: int) -> Any:
    """A mailing that Brevo carried, one accepted line per reader."""
    from newsletter.models import Delivery, Issue, Mailing, Series, Subscriber, Subscription

    series = Series.objects.create(id="bench", name="Lettre", template="monthly")
    issue = Issue.objects.create(
        series=series, number=1, title="banc", period_start=SENT.date(), period_end=SENT.date(),
        slug="banc", state="sent",
    )  # fmt: skip
    mailing = Mailing.objects.create(
        issue=issue, state="done", send_at=SENT, provider="brevo", sha256="", started_at=SENT,
        sender="lettre@centre.example", audience=messages,
    )  # fmt: skip
    names = [f"lecteur{n}@exemple.example" for n in range(messages)]
    Subscriber.objects.bulk_create(
        (Subscriber(email=name, address=name) for name in names), batch_size=500
    )
    readers = Subscriber.objects.order_by("pk")
    Subscription.objects.bulk_create(
        (Subscription(subscriber=one, series=series, since=SENT, origin="cli") for one in readers),
        batch_size=500,
    )
    Delivery.objects.bulk_create(
        (
            Delivery(mailing=mailing, issue=issue, subscriber_id=one.subscriber_id,
                     subscription=one, address=one.subscriber.address, state="accepted",
                     message_id=f"<{mailing.key.hex}.{one.pk:016x}@centre.example>")
            for one in Subscription.objects.select_related("subscriber")
        ),
        batch_size=500,
    )  # fmt: skip
    return mailing


def storm(mailing: Any, size: int) -> list[bytes]:
    """The notices, shuffled, a tenth of the events twice."""
    dice = random.Random(20261124)  # a shuffle, the same each time
    mark = f"Lettre · #{mailing.key.hex[:8]}"
    common = {"camp_id": 1, "campaign name": mark, "ts_event": int(AFTER.timestamp())}
    told = [
        {"event": kind, "email": line.address, **common}
        for line in mailing.deliveries.order_by("pk")
        for kind in KINDS[: 1 + line.pk % 4]
    ][:size]
    told += dice.sample(told, size // 10)
    told += [{"event": "spam", "email": f"x{n}@ailleurs.example", **common} for n in range(500)]
    dice.shuffle(told)
    return [
        json.dumps(told[start : start + PER_NOTICE]).encode()
        for start in range(0, len(told), PER_NOTICE)
    ]


def differences(mailing: Any, size: int) -> int:
    """How many rows are not what the set of events says."""
    from newsletter.models import Event, Subscription, Suppression
    from newsletter.models.subscriber import address_digest

    wanted, gone, events = set(), set(), 0
    for line in mailing.deliveries.order_by("pk"):
        kinds = KINDS[: min(1 + line.pk % 4, size - events)]
        events += len(kinds)
        digest = address_digest(line.address)
        if "hard_bounce" in kinds:
            wanted.add((digest, "complaint" if "spam" in kinds else "bounce"))
        if "unsubscribe" in kinds:
            gone.add(line.subscription_id)
    held = set(Suppression.objects.filter(series=None).values_list("digest", "reason"))
    left = set(Subscription.objects.filter(state="left").values_list("pk", flat=True))
    missing = abs(Event.objects.filter(delivery__isnull=False).count() - events)
    return len(held ^ wanted) + len(left ^ gone) + missing


def main() -> int:
    """Prints the figures."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    os.environ["VIGIE_DATA"] = tempfile.mkdtemp(prefix="vigie-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "veille.site.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from newsletter import events

    call_command("migrate", verbosity=0)
    mailing = ledger(size * 2 // 5 + 4)
    notices = storm(mailing, size)
    start = time.monotonic()
    for notice in notices:
        events.keep("brevo", notice, AFTER)
    kept = time.monotonic()
    report = events.process(AFTER)
    read = time.monotonic()
    wrong = differences(mailing, size)
    print(f"{connection.vendor} : {len(notices)} avis, {report.events} événements distincts")
    print(f"gardés en {kept - start:.1f} s, lus et appliqués en {read - kept:.1f} s")
    print(f"adresses écartées : {report.suppressed} ; lignes fausses : {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
