"""One GET on an address, and what it means for somebody who wants to follow it. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from veille import french, kinds
from veille.collecting import once
from veille.exceptions import Refused
from veille.models import Source
from veille.reading import discover
from veille.reading.discover import Candidate
from veille.reading.errors import FetchError, ReadingError
from veille.reading.types import Fetched
from veille.sourcing import addresses
from veille.sourcing.adding import refuse_duplicate

LATEST = 5
ANNOUNCED = 10  # score from which the page itself named the feed; below it is a usual path


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found.

    ready    a feed: `name`, `site_url`, `titles` of its latest entries
    choose   a page that leads to feeds: `candidates`, best first
    check    no usable answer today: `message` says why; may be added all the same
    manual   a page without feed: can only be followed by hand
    """

    verdict: Literal["ready", "choose", "check", "manual"]
    url: str
    message: str
    name: str = ""
    site_url: str = ""
    entries: int = 0
    titles: tuple[str, ...] = ()
    latest: datetime | None = None
    candidates: tuple[Candidate, ...] = ()


def probe(url: str) -> Probe:
    """Asks the address once, politely, and says what can be done with it.

    Raises BadInput for what is no web address, Refused when it is followed already or when the
    host asked to wait.
    """
    url = addresses.clean(url)
    refuse_duplicate(url)
    try:
        fetched = once.get(url)
    except FetchError as error:
        return Probe("check", url, str(error))
    feed = kinds.load("feed")
    if feed.recognise(fetched):
        try:
            return _ready(url, fetched)
        except ReadingError as error:
            return Probe("check", url, str(error))
    found = tuple(discover.candidates(fetched))
    if any(candidate.score >= ANNOUNCED for candidate in found):
        found = tuple(candidate for candidate in found if candidate.score >= ANNOUNCED)
        return Probe("choose", url, "Cette page annonce des flux.", candidates=found)
    message = (
        "Cette page n’annonce pas de flux. Vous pouvez essayer une adresse habituelle, ou garder "
        "la page pour la suivre à la main."
    )
    return Probe("manual", url, message, candidates=found[:3])


def search_again(source: Source) -> tuple[Candidate, ...]:
    """The feeds announced today by the site of a source whose address died. One GET.

    Raises Refused when the site cannot be read or announces nothing.
    """
    parts = urlsplit(source.url)
    site = source.site_url or f"{parts.scheme}://{parts.netloc}/"
    try:
        fetched = once.get(site)
    except FetchError as error:
        raise Refused(f"{site} : {error}") from error
    found = [one for one in discover.candidates(fetched) if one.score >= ANNOUNCED]
    if kinds.load("feed").recognise(fetched):
        found = [Candidate(fetched.url, "", 100)]
    fresh = tuple(one for one in found if addresses.key(one.url) != addresses.key(source.url))
    if not fresh:
        raise Refused(f"{site} n’annonce pas d’autre flux. Cherchez l’adresse sur le site.")
    return fresh


def _ready(url: str, fetched: Fetched) -> Probe:
    parsed = kinds.load("feed").parse(fetched)
    moved = bool(fetched.redirects) and all(hop.status in {301, 308} for hop in fetched.redirects)
    final = fetched.url if moved else url  # a temporary redirect must be asked again each time
    if moved:
        refuse_duplicate(final)
    dates = [entry.published or entry.updated for entry in parsed.entries]
    known = [moment for moment in dates if moment is not None]
    return Probe(
        "ready",
        final,
        f"C’est un flux : {french.count(len(parsed.entries), 'contenu')}.",
        name=parsed.title,
        site_url=parsed.site_url,
        entries=len(parsed.entries),
        titles=tuple(entry.title for entry in parsed.entries[:LATEST]),
        latest=max(known) if known else None,
    )
