"""Adding one source to the list. `probing` says beforehand what an address is worth."""

from __future__ import annotations

from django.db import transaction

from veille.exceptions import Refused
from veille.models import Source
from veille.sourcing import addresses, places
from veille.sourcing.records import Record, kind_of
from veille.staff.audit import record as audit
from veille.staff.models import User
from veille.staff.roles import SOURCES, demand


def refuse_duplicate(url: str) -> None:
    """Raises Refused, naming the source that already has this address."""
    other = addresses.holder(url)
    if other is None:
        return
    if other.state == "removed":
        raise Refused(f"« {other.name} » a cette adresse et a été retirée : rétablissez-la.")
    raise Refused(f"Cette adresse est déjà suivie : « {other.name} » (source n° {other.pk}).")


@transaction.atomic
def add(
    url: str, *, actor: User | None, kind: str = "feed", name: str = "", site_url: str = "",
    category: str = "", coverage: str = "", note: str = "",
) -> Source:  # fmt: skip
    """A new source, read by the next collecting (a kind without reader is followed by hand).

    Makes no request. Raises BadInput for what is no web address, Refused for one already followed.
    """
    demand(actor, SOURCES, "ajouter une source")
    url = addresses.clean(url)
    refuse_duplicate(url)
    record = Record(
        name=(name.strip() or url)[:200], url=url, kind=kind_of(kind), site_url=site_url,
        category=category.strip()[:120], coverage=coverage.strip()[:200], note=note.strip(),
    )  # fmt: skip
    source = record.source()
    source.save()
    places.link([source])
    audit(actor, "added source", source.name, source=source.pk, url=url)
    return source
