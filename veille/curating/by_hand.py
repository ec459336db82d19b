"""An item added from its address, for what no source brings."""

from __future__ import annotations

import hashlib
import html
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from veille import suggesting
from veille.collecting import once
from veille.exceptions import Refused
from veille.models import Item, Source
from veille.reading import parse, sanitize
from veille.reading.page import PageFacts
from veille.searching import fold
from veille.sourcing import addresses
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import CURATE, demand

NAME = "Ajouts à la main"
URL = "https://ajouts.invalid/"  # the source of what people add: never asked


def add_url(url: str, actor: User | None) -> Item:
    """Reads the page once and files it as a new item, with suggestions.

    Raises BadInput for what is no web address, ReadingError (in French) when the page cannot be
    read, Refused, naming the item, when it is there already, or while its site asks to wait.
    """
    demand(actor, CURATE, "ajouter un contenu")
    url = addresses.clean(url)
    found = parse.page(once.get(url))
    address = found.url or url
    _refuse_twice(Item.objects.filter(url=address).first())
    with transaction.atomic():
        source, _ = Source.objects.get_or_create(
            url=URL, defaults={"name": NAME, "kind": "manual", "state": "manual"}
        )
        values = _values(found, address, timezone.now()) | {"original_url": url}
        # Two people may add the same page at once: the second finds the item of the first.
        item, made = Item.objects.get_or_create(source=source, guid=address[:1000], defaults=values)
        _refuse_twice(None if made else item)
        suggesting.suggest([item])
        record(actor, "added item", item.title, item=item.pk, url=address)
    item.refresh_from_db()
    return item


def _refuse_twice(same: Item | None) -> None:
    if same:
        raise Refused(f"Ce contenu est déjà là : « {same.title} » (n° {same.pk}).")


def _values(found: PageFacts, address: str, now: datetime) -> dict[str, Any]:
    title = found.title or address[:500]
    return {
        "url": address,
        "title": title,
        "author": found.author,
        "summary": sanitize.clean(html.escape(found.lead, quote=False), address),
        "published": found.published or now,
        "collected": now,
        "date_basis": "published" if found.published else "collected",
        "content_hash": hashlib.sha256(f"{title}\0{found.lead}".encode()).hexdigest(),
        "text": fold(f"{title} {found.lead}"),
    }
