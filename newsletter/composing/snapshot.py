"""What an entry takes over from its item. The team's own words only: a letter never prints what a
source wrote of itself (law: title, source, date and link are free; the text is not).
"""

from __future__ import annotations

from typing import Any

from newsletter.composing.period import paris_day
from veille.models import Item

FIELDS = (
    "title", "summary", "url", "source_name", "published", "place", "deadline", "event",
    "paywalled",
)  # fmt: skip
_MOST_PLACES = 2


def snapshot(item: Item) -> dict[str, Any]:
    """Field → value for an Entry (source selected, territories prefetched)."""
    return {
        "title": " ".join(item.title.split()),
        "summary": item.own_summary.strip(),
        "url": item.url,
        "source_name": item.source.name,
        "published": paris_day(item.published),
        "place": ", ".join(t.name for t in list(item.territories.all())[:_MOST_PLACES])[:200],
        "deadline": item.deadline,
        "event": item.event,
        "paywalled": item.paywalled,
    }
