"""Parsed entries → items: what is new is created, what changed is updated, decisions stay."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from veille.models import Item, Source
from veille.reading import decide, sanitize
from veille.reading.types import EntryIntent, KnownEntry, ParsedFeed
from veille.searching import fold


def store(source: Source, parsed: ParsedFeed, at: datetime) -> tuple[list[Item], list[Item]]:
    """Writes what `decide` intends. Gives the created and the updated items."""
    intents = decide.decide(_known(source, parsed), parsed, at)
    fresh = [_made(source, intent, at) for intent in intents if intent.action == "create"]
    changes = {intent.known: intent for intent in intents if intent.action == "update"}
    created = Item.objects.bulk_create(fresh)
    updated = list(Item.objects.filter(source=source, pk__in=[pk for pk in changes if pk]))
    for item in updated:
        _change(item, changes[item.pk], at)
    return created, updated


def _known(source: Source, parsed: ParsedFeed) -> list[KnownEntry]:
    """The stored items that share a guid or a link with the feed; others cannot matter."""
    guids = {entry.guid for entry in parsed.entries}
    urls = {entry.url for entry in parsed.entries if entry.url}
    rows = Item.objects.filter(Q(guid__in=guids) | Q(url__in=urls), source=source)
    return [
        KnownEntry(*row) for row in rows.values_list("pk", "guid", "url", "content_hash", "title")
    ]


def _made(source: Source, intent: EntryIntent, at: datetime) -> Item:
    entry = intent.entry
    return Item(
        source=source,
        guid=entry.guid,
        published=intent.published,
        date_basis=intent.date_basis,
        collected=at,
        event=dict(entry.event) if entry.event else None,
        **_content(intent),
    )


def _content(intent: EntryIntent) -> dict[str, str]:
    """The fields that follow the source. Lengths are those of the columns: PostgreSQL refuses
    longer values, and the zero byte.
    """
    entry = intent.entry
    words = f"{entry.title} {sanitize.text(entry.summary)}"
    values = {
        "url": _link(entry.url),
        "original_url": _link(entry.original_url),
        "title": entry.title[:500],
        "author": entry.author[:200],
        "summary": entry.summary,
        "image_url": _link(entry.image_url),
        "content_hash": intent.content_hash,
        "text": fold(words),
    }
    return {name: value.replace("\x00", "") for name, value in values.items()}


def _link(url: str) -> str:
    """A link too long for its column is worth nothing cut: it is left out."""
    return url if len(url) <= 2000 else ""


def _change(item: Item, intent: EntryIntent, at: datetime) -> None:
    """Follows the source. What the team decided, tagged or wrote is not among the fields; the
    title they decided on stays readable beside the new one.
    """
    content = _content(intent)
    if item.state != "new" and item.title != content["title"] and not item.previous_title:
        item.previous_title = item.title
    for name, value in content.items():
        setattr(item, name, value)
    item.changed = at
    item.save(update_fields=[*content, "previous_title", "changed"])
