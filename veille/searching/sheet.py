"""An item as `vigie items list --json` gives it. The keys are a contract: docs of the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from veille.french import PARIS
from veille.models import Item, Suggestion


def sheets(rows: QuerySet[Item], limit: int = 0) -> list[dict[str, Any]]:
    """The first `limit` of `rows` (0: all) as plain values. Four queries whatever the number."""
    proposed = Suggestion.objects.filter(state="proposed")
    rows = rows.prefetch_related(
        "themes", "territories", Prefetch("suggestions", queryset=proposed, to_attr="proposed")
    )
    return [sheet(item) for item in (rows[:limit] if limit else rows)]


def sheet(item: Item) -> dict[str, Any]:
    """One item; its suggestions are in `item.proposed` when they were fetched together."""
    proposed: Sequence[Suggestion] | None = getattr(item, "proposed", None)
    if proposed is None:
        proposed = list(item.suggestions.filter(state="proposed"))
    return {
        "id": item.pk,
        "source": item.source_id,
        "guid": item.guid,
        "url": item.url,
        "title": item.title,
        "published": item.published.astimezone(PARIS).isoformat(),
        "collected": item.collected.astimezone(PARIS).isoformat(),
        "summary": item.summary,
        "state": item.state,
        "story": item.story,
        "kind": item.kind_id,
        "themes": [theme.pk for theme in item.themes.all()],
        "territories": [territory.pk for territory in item.territories.all()],
        "suggested_themes": [
            {"id": row.target, "why": row.why, "score": row.score}
            for row in proposed
            if row.facet == "theme"
        ],
        "suggested_territories": [
            {"code": row.target, "why": row.why, "score": row.score}
            for row in proposed
            if row.facet == "territory"
        ],
        "relevance": item.relevance,
        "deadline": item.deadline.isoformat() if item.deadline else None,
        "event": item.event,
        "paywalled": item.paywalled,
    }


def line(row: dict[str, Any]) -> str:
    """One line for a terminal."""
    return f"{row['id']:>6}  {row['published'][:10]}  {row['state']:<8} {row['title']}"
