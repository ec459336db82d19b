"""What the tests look at: the counts of the ledger, and what the memory relay took."""

from __future__ import annotations

from collections import Counter

from newsletter.models import Issue, Mailing
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import LEDGER, status


def told(issue: Issue) -> dict[str, int]:
    """The counts that are not zero; they always add up to the frozen audience (P2)."""
    seen = status(issue)
    assert sum(seen[name] for name in LEDGER) == seen["audience"]
    mailing = Mailing.objects.get(issue=issue)
    assert seen["audience"] == mailing.audience
    return {name: seen[name] for name in LEDGER if seen[name]}


def sent_to() -> Counter[str]:
    return Counter(out.recipient for out in MemoryRelay.sent)
