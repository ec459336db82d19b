"""The readers as a table that the import reads back and no spreadsheet runs."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter import spreadsheet
from newsletter.models import Series, Subscription
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SUBSCRIBERS, demand

COLUMNS = (
    "email", "nom", "organisation", "fonction", "audience", "themes", "territoires", "lettre",
    "état", "depuis", "origine", "preuve",
)  # fmt: skip


def export_csv(*, actor: User | None, series: Series | None = None) -> Iterator[str]:
    """Lines of CSV, one per subscription (of `series`, or of all). Audited, without addresses."""
    demand(actor, SUBSCRIBERS, "exporter les abonnés")
    rows = Subscription.objects.select_related("subscriber", "series").order_by("pk")
    if series is not None:
        rows = rows.filter(series=series)
    record(actor, "exported readers", str(series or "toutes les lettres"), lines=rows.count())
    related = rows.prefetch_related("subscriber__themes", "subscriber__territories")
    return spreadsheet.write(COLUMNS, map(_cells, related.iterator(chunk_size=500)))


def _cells(row: Subscription) -> list[str]:
    reader = row.subscriber
    return [
        reader.email,
        reader.name,
        reader.organisation,
        reader.function,
        reader.audience_id or "",
        "|".join(theme.pk for theme in reader.themes.all()),
        "|".join(territory.pk for territory in reader.territories.all()),
        row.series_id,
        row.get_state_display(),
        row.since.date().isoformat(),
        row.origin,
        row.proof,
    ]
