"""Lists of sources in and out. Importing makes no request: the next collecting reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from veille.exceptions import BadInput
from veille.models import Source
from veille.sourcing import addresses, opml, places, records, yaml_list
from veille.sourcing.records import Record, Refusal
from veille.staff.audit import record as audit
from veille.staff.models import User
from veille.staff.roles import SOURCES, demand

LARGEST = 5 * 1024 * 1024  # bytes: 20,000 sources take about four
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "sources.yaml"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `added + already + len(refused)` = the sources of the file."""

    added: int
    already: int
    refused: tuple[Refusal, ...]

    def shown(self) -> dict[str, object]:
        """The JSON of the command line."""
        refused = [{"url": line.url, "reason": line.reason} for line in self.refused]
        return {"added": self.added, "already": self.already, "refused": refused}


def read_list(data: bytes, name: str) -> Iterable[Record | Refusal]:
    """The sources of an OPML or YAML file; the format by the file's name, else by its first sign.

    Raises BadInput for a file too large or of another format.
    """
    if len(data) > LARGEST:
        raise BadInput(f"Ce fichier dépasse {LARGEST // 1024 // 1024} Mo : coupez-le en deux.")
    suffix = Path(name).suffix.lower()
    start = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    if suffix in {".yaml", ".yml"} or (suffix not in {".opml", ".xml"} and start != b"<"):
        return yaml_list.parse(data)
    return opml.parse(data)


@transaction.atomic
def import_file(data: bytes, name: str, actor: User | None) -> ImportReport:
    """Adds the sources of a list that are not followed yet. All or nothing, audited."""
    demand(actor, SOURCES, "importer des sources")
    lines = list(read_list(data, name))
    refused = [line for line in lines if isinstance(line, Refusal)]
    known = _known()
    fresh: list[Record] = []
    already = 0
    for line in lines:
        if isinstance(line, Refusal):
            continue
        same = _key(line)
        if known.get(same) == "removed":
            reason = f"{line.place} : source retirée ; rétablissez-la depuis la liste des sources."
            refused.append(Refusal(line.url or line.name, reason))
        elif same in known:
            already += 1
        else:
            known[same] = "active"
            fresh.append(line)
    made = Source.objects.bulk_create([line.source() for line in fresh])
    places.link(made)
    report = ImportReport(len(made), already, tuple(refused))
    audit(actor, "imported sources", name, added=report.added, refused=len(refused))
    return report


def import_shipped(actor: User | None) -> ImportReport:
    """The proposed list of French sources that comes with Vigie (veille/data/sources.yaml)."""
    return import_file(SHIPPED.read_bytes(), SHIPPED.name, actor)


def export(format: str) -> bytes:
    """Every source but the removed ones, as "opml" or "yaml"; BadInput for another word."""
    if format not in {"opml", "yaml"}:
        raise BadInput(f"Format « {format} » inconnu : écrivez opml ou yaml.")
    rows = Source.objects.exclude(state="removed").order_by("category", "name", "pk")
    made: Iterator[Record] = (records.of(source) for source in rows.iterator())
    return opml.render(made) if format == "opml" else yaml_list.render(made)


def exported() -> list[dict[str, object]]:
    """Every source but the removed ones, with the fields of the French list."""
    rows = Source.objects.exclude(state="removed").order_by("category", "name", "pk")
    return [records.write(records.of(source)) for source in rows.iterator()]


def _key(record: Record) -> str:
    """Sources without an address are told apart by their name."""
    return addresses.key(record.url) if record.url else f"nom:{record.name.casefold()}"


def _known() -> dict[str, str]:
    rows = Source.objects.values_list("url", "name", "state")
    return {
        addresses.key(url) if url else f"nom:{name.casefold()}": state for url, name, state in rows
    }
