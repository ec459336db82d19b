"""On the page of an item: the issues it was placed in, and whether they were sent."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter.models import Entry
from veille.models import Item
from veille.web.item import PANELS


def placed(item: Item) -> list[tuple[str, str]]:
    """A line and an address for each issue that holds the item, the latest first. One query."""
    entries = (
        Entry.objects.filter(item=item, removed=False)
        .select_related("issue__series")
        .order_by("-issue__period_end", "-issue")
    )
    return [(_line(entry), reverse("newsletter:issue", args=[entry.issue_id])) for entry in entries]


def _line(entry: Entry) -> str:
    issue = entry.issue
    if issue.state == "sent":
        return _("Déjà envoyé : %(issue)s") % {"issue": issue}
    return _("Placé : %(issue)s (%(state)s)") % {
        "issue": issue,
        "state": issue.get_state_display(),
    }


def register() -> None:
    """Called by the addresses of the letters, so that `veille` need not know them."""
    if placed not in PANELS:
        PANELS.append(placed)
