"""Readers from a table, line by line: what was taken, what was not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q

from newsletter import spreadsheet
from newsletter.addresses import normalise
from newsletter.models import ConsentEvent, Series, Subscriber, Subscription, Suppression
from newsletter.models.subscriber import address_digest
from veille.exceptions import BadInput
from veille.models import Audience, Territory, Theme
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SUBSCRIBERS, demand

CHUNK = 500
# Headers understood (lower case) → our names.
NAMES = {
    "email": "email", "courriel": "email", "adresse": "email", "e-mail": "email", "mail": "email",
    "name": "name", "nom": "name", "organisation": "organisation", "organization": "organisation",
    "function": "function", "fonction": "function", "audience": "audience", "public": "audience",
    "themes": "themes", "thèmes": "themes", "territories": "territories",
    "territoires": "territories",
}  # fmt: skip
LENGTHS = {"name": 120, "organisation": 160, "function": 120}


@dataclass
class ImportReport:
    """Counts of lines, and the lines refused with the reason."""

    added: int = 0
    already: int = 0
    suppressed: int = 0  # left this letter, or never to be written to
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    email: str
    address: str
    values: dict[str, str]
    audience: str | None
    themes: tuple[str, ...]
    territories: tuple[str, ...]


class _Lists:
    """The controlled lists a line may name, by id and by name."""

    def __init__(self) -> None:
        self.audiences = self._known(Audience.objects.values_list("pk", "name"))
        self.themes = self._known(Theme.objects.values_list("pk", "name"))
        self.territories = self._known(Territory.objects.values_list("pk", "pk"))

    @staticmethod
    def _known(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {text.lower(): key for key, name in rows for text in (name, key)}

    def row(self, line: int, values: dict[str, str]) -> _Row:
        """A line understood; BadInput says what is wrong with it."""
        address = normalise(values.get("email", ""))
        for name, most in LENGTHS.items():
            if len(values.get(name, "")) > most:
                raise BadInput(f"{name} : {most} signes au plus.")
        return _Row(
            line=line,
            email=values["email"],
            address=address,
            values={name: values.get(name, "") for name in LENGTHS},
            audience=next(iter(self._each(values, "audience", "public", self.audiences)), None),
            themes=self._each(values, "themes", "thème", self.themes),
            territories=self._each(values, "territories", "territoire", self.territories),
        )

    @staticmethod
    def _each(
        values: dict[str, str], name: str, word: str, known: dict[str, str]
    ) -> tuple[str, ...]:
        wanted = [part.strip() for part in values.get(name, "").split("|") if part.strip()]
        for part in wanted:
            if part.lower() not in known:
                raise BadInput(f"{word} inconnu : « {part[:60]} ».")
        return tuple(known[part.lower()] for part in wanted)


def import_csv(
    data: bytes, series: Series, *, proof: str, actor: User | None, now: datetime
) -> ImportReport:
    """Subscribes the readers of a table to `series`. One transaction: all of it or nothing.

    Columns: see NAMES. `proof` says where the consent (or the public task) comes from and is kept
    with each subscription. One who left is never subscribed again. Raises BadInput when the file
    is no table, has no address column, or the proof is missing.
    """
    demand(actor, SUBSCRIBERS, "importer des abonnés")
    if not proof.strip():
        raise BadInput("Dites d’où vient l’accord de ces personnes.", where="proof")
    written = [header.strip().lower() for header in spreadsheet.columns_of(data)]
    if "email" not in {NAMES.get(header) for header in written}:
        raise BadInput(
            "Aucune colonne « email », « courriel » ou « adresse ».",
            where="file",
        )
    report, lists = ImportReport(), _Lists()
    with transaction.atomic():
        rows = _understood(spreadsheet.read(data, NAMES), lists, report)
        while chunk := list(islice(rows, CHUNK)):
            _take(chunk, series, proof.strip(), actor, now, report)
        record(
            actor, "imported readers", str(series), added=report.added, already=report.already,
            suppressed=report.suppressed, refused=len(report.refused),
        )  # fmt: skip
    return report


def _understood(
    rows: Iterator[tuple[int, dict[str, str]]], lists: _Lists, report: ImportReport
) -> Iterator[_Row]:
    seen: set[str] = set()
    for line, values in rows:
        try:
            row = lists.row(line, values)
        except BadInput as error:
            report.refused.append((line, str(error)))
            continue
        if row.address in seen:
            report.already += 1
            continue
        seen.add(row.address)
        yield row


def _take(
    chunk: list[_Row], series: Series, proof: str, actor: User | None, now: datetime,
    report: ImportReport,
) -> None:  # fmt: skip
    """Writes the new ones of `chunk`, few queries whatever its size."""
    digests = {row.address: address_digest(row.address) for row in chunk}
    banned = set(
        Suppression.objects.filter(
            Q(series=series) | Q(series=None), digest__in=list(digests.values())
        ).values_list("digest", flat=True)
    )
    states = dict(
        Subscription.objects.filter(
            series=series, subscriber__address__in=list(digests)
        ).values_list("subscriber__address", "state")
    )
    fresh = []
    for row in chunk:
        if states.get(row.address) == "active":
            report.already += 1
        elif digests[row.address] in banned or states.get(row.address) == "left":
            report.suppressed += 1
        else:
            fresh.append(row)
    readers = _readers(fresh)
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber=readers[row.address], series=series, since=now, origin="import",
                proof=proof,
            )
            for row in fresh
        ],
        update_conflicts=True,  # one «to be confirmed» becomes active: the proof is here
        unique_fields=["subscriber", "series"],
        update_fields=["state", "since", "origin", "proof"],
    )  # fmt: skip
    name = actor.email if actor else "vigie"
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            digest=digests[row.address], series=series, verb="imported", at=now, proof=proof,
            actor_name=name,
        )
        for row in fresh
    )  # fmt: skip
    report.added += len(fresh)


def _readers(rows: list[_Row]) -> dict[str, Subscriber]:
    """The readers of `rows`, made when unknown; what is known of one is not overwritten."""
    addresses = [row.address for row in rows]
    found = {r.address: r for r in Subscriber.objects.filter(address__in=addresses)}
    unknown = [row for row in rows if row.address not in found]
    made = Subscriber.objects.bulk_create(
        Subscriber(email=row.email, address=row.address, audience_id=row.audience, **row.values)
        for row in unknown
    )
    found |= {reader.address: reader for reader in made}
    themes = Subscriber.themes.through.objects
    themes.bulk_create(
        themes.model(subscriber_id=found[row.address].pk, theme_id=theme)
        for row in unknown
        for theme in dict.fromkeys(row.themes)
    )
    territories = Subscriber.territories.through.objects
    territories.bulk_create(
        territories.model(subscriber_id=found[row.address].pk, territory_id=code)
        for row in unknown
        for code in dict.fromkeys(row.territories)
    )
    return found
