"""Which message of the ledger a happening is about: one really sent, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from newsletter.addresses import normalise
from newsletter.events.vocabulary import Happening
from newsletter.models import Delivery, Mailing
from newsletter.models.subscriber import address_digest
from veille.exceptions import BadInput

SENT = ("accepted", "handed", "in_doubt")
RECENT = timedelta(days=60)  # later, only a departure counts
CHUNK = 400  # below SQLite's limit of variables
_OURS = re.compile(r"<?([0-9a-f]{32})\.[0-9a-f]{16}@[a-z0-9.-]+>?")
_MARKER = re.compile(r"#([0-9a-f]{8})\b")

Spot = tuple[int, str]  # issue, address


def match(provider: str, happenings: Sequence[Happening]) -> dict[str, Delivery]:
    """Event key → the line of the ledger it is about; those of no message we sent are left out.

    Our Message-ID names a line by itself (nobody else can make one). Without it, the provider
    that carried the mailing may name a reader by address.
    """
    mailings = _mailings(provider, happenings)
    spots = {one.key: _spots(one, provider, mailings) for one in happenings}
    lines = _lines({spot for some in spots.values() for spot in some})
    found: dict[str, Delivery] = {}
    astray: list[Happening] = []
    for one in happenings:
        here = [lines[spot] for spot in spots[one.key] if spot in lines]
        if one.message_id:
            here = [line for line in here if line.message_id == _bracketed(one.message_id)]
        if here:
            found[one.key] = here[0]
        elif _OURS.fullmatch(one.message_id):
            astray.append(one)  # forwarded: the address is not the one we wrote to
    return found | _by_message_id(astray, mailings)


def _mailings(provider: str, happenings: Iterable[Happening]) -> list[Mailing]:
    """Those named by a Message-ID, and those this provider carried; the latest first."""
    ours = (_OURS.fullmatch(one.message_id) for one in happenings)
    keys = {UUID(found[1]) for found in ours if found}
    named = Mailing.objects.filter(key__in=list(keys))
    carried = Mailing.objects.filter(provider=provider)
    launched = (named | carried).filter(started_at__isnull=False)
    return list(launched.only("key", "issue_id", "provider", "started_at").order_by("-started_at"))


def _spots(one: Happening, provider: str, mailings: list[Mailing]) -> list[Spot]:
    try:
        address = normalise(one.address)
    except BadInput:
        return []
    named = _OURS.fullmatch(one.message_id)
    if one.message_id and not named:
        return []  # a message that is not ours
    marked = _MARKER.search(one.campaign)
    wanted = [
        mailing
        for mailing in mailings
        if (mailing.key.hex == named[1] if named else mailing.provider == provider)
        and (named or not marked or mailing.key.hex.startswith(marked[1]))
        and _in_time(one, mailing.started_at)
    ]
    erased = f"sha256:{address_digest(address)}"
    return [(mailing.issue_id, form) for mailing in wanted for form in (address, erased)]


def _in_time(one: Happening, started: datetime | None) -> bool:
    # An hour of grace: the provider's clock is not ours.
    if started is None or one.at < started - timedelta(hours=1):
        return False
    return one.kind == "unsubscribed" or one.at <= started + RECENT


def _lines(spots: set[Spot]) -> dict[Spot, Delivery]:
    """The lines sent at these spots, asked for issue by issue."""
    found: dict[Spot, Delivery] = {}
    for issue in {issue for issue, _ in spots}:
        addresses = sorted(address for where, address in spots if where == issue)
        for start in range(0, len(addresses), CHUNK):
            rows = Delivery.objects.filter(
                issue=issue, address__in=addresses[start : start + CHUNK], state__in=SENT
            )
            found |= {(issue, row.address): row for row in rows}
    return found


def _by_message_id(astray: list[Happening], mailings: list[Mailing]) -> dict[str, Delivery]:
    found: dict[str, Delivery] = {}
    for mailing in mailings:
        mine = [one for one in astray if mailing.key.hex in one.message_id]
        if not mine:
            continue
        wanted = {_bracketed(one.message_id) for one in mine if _in_time(one, mailing.started_at)}
        rows = Delivery.objects.filter(mailing=mailing, message_id__in=list(wanted), state__in=SENT)
        by_id = {row.message_id: row for row in rows}
        found |= {
            one.key: by_id[_bracketed(one.message_id)]
            for one in mine
            if _bracketed(one.message_id) in by_id
        }
    return found


def _bracketed(message_id: str) -> str:
    return f"<{message_id.strip().strip('<>')}>"
