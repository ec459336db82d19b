"""Adding by address alone: probe, follow to the feed, add."""

from __future__ import annotations

from dataclasses import dataclass

from veille.exceptions import Refused
from veille.models import Source
from veille.sourcing import probing
from veille.sourcing.adding import add
from veille.sourcing.records import kind_of, polled
from veille.staff.models import User

MOST_TRIED = 2  # candidates of a page: sites block readers that try many addresses


@dataclass(frozen=True, slots=True)
class Added:
    """The source, and the other feeds its page announced."""

    source: Source
    others: tuple[str, ...]


def add_probed(url: str, *, actor: User | None, kind: str = "", name: str = "") -> Added:
    """Probes, discovers, adds: what the command line does. At most three requests.

    A page is followed to the best feed it leads to. A kind without reader is added as it is, to be
    followed by hand. Raises Refused with what to do when nothing can be read there.
    """
    if kind and not polled(kind_of(kind)):
        return Added(add(url, actor=actor, kind=kind, name=name), ())
    found = probing.probe(url)
    others = tuple(candidate.url for candidate in found.candidates)
    for candidate in found.candidates[:MOST_TRIED] if found.verdict != "ready" else ():
        next_found = probing.probe(candidate.url)
        if next_found.verdict == "ready":
            found = next_found
            break
    if found.verdict != "ready":
        raise Refused(_advice(found, others))
    source = add(found.url, actor=actor, name=name or found.name, site_url=found.site_url)
    return Added(source, tuple(other for other in others if other != source.url))


def _advice(found: probing.Probe, others: tuple[str, ...]) -> str:
    tried = f" Adresses possibles : {', '.join(others)}." if others else ""
    if found.verdict == "check":
        return f"{found.message} Pour l’ajouter sans vérifier : --unchecked."
    return f"{found.message}{tried} Pour la suivre à la main : --kind page."
