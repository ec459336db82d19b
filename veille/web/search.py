"""*Recherche*: words, filters, counts; the address holds the whole search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from veille import searching
from veille.exceptions import BadInput
from veille.french import PARIS
from veille.models import Item
from veille.reading import sanitize
from veille.searching import names
from veille.staff.roles import READ, requires
from veille.web.kit import page_of

SIZE = 25
SIGNS = 6_000  # of a source's text looked at for a snippet
FILTERS = ("theme", "lieu", "source", "type")  # each also a word of the search language


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for."""

    q: str = ""
    state: str = ""
    order: str = "date"
    filters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: QueryDict) -> Chosen:
        """From `?q=…&etat=retenu&tri=pertinence&theme=…&lieu=…&source=…&type=…`."""
        values = {name: str(given.get(name, "")).strip() for name in FILTERS}
        filters = {name: value for name, value in values.items() if value}
        order = "relevance" if given.get("tri") == "pertinence" else "date"
        return cls(given.get("q", "").strip(), given.get("etat", "").strip(), order, filters)

    def query(self) -> str:
        """The filters as words of the language, after what was typed."""
        words = [f'{name}:"{value}"' for name, value in self.filters.items() if '"' not in value]
        return " ".join(filter(None, [self.q, *words]))

    def address(self, **changes: str) -> str:
        """The address with some values changed (empty: removed), from the first page."""
        values = {
            "q": self.q,
            "etat": self.state,
            "tri": "pertinence" if self.order == "relevance" else "",
        }
        given = QueryDict(mutable=True)
        for name, value in {**values, **self.filters, **changes}.items():
            if value:
                given[name] = value
        return f"?{given.urlencode()}" if given else reverse("veille:search")


@requires(READ)
def search(request: HttpRequest) -> HttpResponse:
    """The page; a query that cannot be read is said beside the field, and kept."""
    chosen = Chosen.read(request.GET)
    shown: dict[str, Any] = {"chosen": chosen, "error": "", "states": _states()}
    try:
        shown |= _found(request, chosen)
    except BadInput as error:
        shown |= {"error": str(error), "page": None, "rows": [], "counts": {}, "facets": {}}
        shown |= {"labels": chosen.filters}
    return render(request, "pages/veille/search.html", shown)


def _found(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    every = searching.items(chosen.query(), order=chosen.order)
    rows = searching.items(chosen.query(), state=chosen.state, order=chosen.order)
    shown = rows.prefetch_related("themes", "territories").select_related("source", "kind")
    page = page_of(shown, request, SIZE)
    words = searching.parse(chosen.q, timezone.now().astimezone(PARIS).date()).words
    counts = searching.by_state(every)
    return {
        "page": page,
        "rows": [_row(item, words) for item in page],
        "counts": counts | {"": sum(counts.values())},
        "facets": searching.facets(rows),
        "labels": _labels(chosen.filters),
    }


def _row(item: Item, words: Iterable[str]) -> dict[str, Any]:
    text = item.own_summary or sanitize.text(item.summary[:SIGNS])
    return {
        "item": item,
        "title": searching.highlight(item.title, words),
        "text": searching.snippet(text, words),
        "note": searching.snippet(item.note, words),
    }


def _labels(filters: dict[str, str]) -> dict[str, str]:
    """The name of each chosen value, for the buttons that remove it."""
    readers = {
        "theme": lambda value: names.theme(value).name,
        "lieu": lambda value: names.territory(value).name,
        "source": names.source_name,
        "type": names.kind_name,
    }
    return {name: readers[name](value) for name, value in filters.items()}


def _states() -> list[tuple[str, str, str]]:
    """(value in the address, key of the counts, words)."""
    return [
        ("", "", _("Tous")),
        ("a-voir", "new", _("À voir")),
        ("retenu", "kept", _("Retenus")),
        ("ecarte", "dropped", _("Écartés")),
    ]
