"""One gesture a function. Each takes the version the person saw (None: a script), bumps it, voids a
submission or an approval, and is audited. Each gives the fresh row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet

from newsletter.composing.choosing import event_day
from newsletter.composing.lock import edited
from newsletter.composing.period import paris_day
from newsletter.composing.snapshot import snapshot
from newsletter.models import Entry, Issue, Section
from veille.exceptions import BadInput, NotFound, Refused
from veille.french import NBSP
from veille.models import Centre, Item
from veille.staff.models import User

ISSUE_FIELDS = {
    "title": 160, "subject": 200, "preheader": 200, "edito": 20_000, "edito_signature": 120,
}  # fmt: skip
ENTRY_FIELDS = {
    "title": 500, "summary": 5_000, "importance": 2_000, "url": 2_000, "source_name": 200,
    "place": 200, "published": 10, "deadline": 10, "event_start": 10, "event_place": 200,
}  # fmt: skip
_DATES = frozenset({"published", "deadline", "event_start"})
_NAMES = {
    "title": "Le titre", "subject": "L’objet", "preheader": "L’accroche", "edito": "L’édito",
    "edito_signature": "La signature", "summary": "Le résumé", "url": "L’adresse",
    "importance": "«\u00a0Pourquoi c’est important\u00a0»", "source_name": "La source",
    "place": "Le lieu", "published": "La date", "deadline": "L’échéance",
    "event_start": "La date de l’événement", "event_place": "Le lieu de l’événement",
}  # fmt: skip
# PostgreSQL refuses NUL in a text; the other control characters would break the letter's XML.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_web_address = URLValidator(schemes=["http", "https"])


def edit_issue(
    issue: Issue,
    values: Mapping[str, str],
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Issue:
    """Sets title, subject, preheader, edito or edito_signature. BadInput names the field."""
    clean = _clean(values, ISSUE_FIELDS)
    if not clean.get("title", "-"):
        raise BadInput("Le titre du numéro est vide : écrivez-en un.", where="title")
    with edited(
        issue, actor, version=version, now=now, verb="issue.edit", fields=sorted(clean)
    ) as row:
        _apply(row, clean)
    return row


def edit_entry(
    entry: Entry,
    values: Mapping[str, str],
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Entry:
    """Sets title, summary, importance… of an entry, for this issue only."""
    clean = _entry_values(values)
    with edited(
        entry.issue, actor, version=version, now=now, verb="issue.entry.edit",
        entry=entry.pk, fields=sorted(clean),
    ) as issue:  # fmt: skip
        row = _entry(issue, entry.pk)
        _apply(row, _with_event(row, clean))
        row.save()
    return row


def place(
    entry: Entry,
    section: str,
    position: int,
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Entry:
    """Puts an entry at `position` (0 first, too far = last) of `section`."""
    with edited(
        entry.issue, actor, version=version, now=now, verb="issue.entry.place",
        entry=entry.pk, section=section,
    ) as issue:  # fmt: skip
        row = _entry(issue, entry.pk)
        _place(issue, row, section, position)
    return row


def move(
    entry: Entry, step: int, actor: User | None, *, now: datetime, version: int | None = None
) -> Entry:
    """One place up (`step` -1) or down (+1): past the end of its section, into the next one.

    At either end of the letter nothing changes and Refused says so.
    """
    with edited(
        entry.issue, actor, version=version, now=now, verb="issue.entry.place", entry=entry.pk
    ) as issue:
        row = _entry(issue, entry.pk)
        mates = [e.pk for e in shown(issue, row.section)]
        wanted = mates.index(row.pk) + step
        if 0 <= wanted < len(mates):
            _place(issue, row, row.section, wanted)
        else:
            slugs = list(issue.series.sections.values_list("slug", flat=True))
            index = (slugs.index(row.section) if row.section in slugs else 0) + step
            if not 0 <= index < len(slugs):
                edge = "premier" if step < 0 else "dernier"
                raise Refused(f"C’est déjà le {edge} contenu de la lettre.")
            _place(issue, row, slugs[index], 10_000 if step < 0 else 0)
    return row


def reorder(
    issue: Issue,
    section: str,
    order: Sequence[int],
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Issue:
    """Puts the entries of a section in the order of their ids; all of them must be named once."""
    with edited(
        issue, actor, version=version, now=now, verb="issue.reorder", section=section
    ) as row:
        entries = {e.pk: e for e in shown(row, section)}
        if sorted(entries) != sorted(order):
            raise BadInput(
                "L’ordre reçu ne nomme pas exactement les contenus de la rubrique : "
                "rechargez la page.",
                where=section,
            )
        _number([entries[pk] for pk in order], by_hand=True)
    return row


def remove(entry: Entry, actor: User | None, *, now: datetime, version: int | None = None) -> Entry:
    """Takes an entry out. It stays listed as removed, and proposing again never brings it back."""
    return _set_removed(entry, True, actor, now=now, version=version)


def restore(
    entry: Entry, actor: User | None, *, now: datetime, version: int | None = None
) -> Entry:
    """Brings a removed entry back where it was."""
    return _set_removed(entry, False, actor, now=now, version=version)


def add_item(
    issue: Issue,
    item: Item,
    section: str,
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Entry:
    """Places a kept item at the end of `section`, or restores it there when it was removed."""
    if item.state != "kept":
        raise Refused("Ce contenu n’est pas retenu : retenez-le d’abord dans la veille.")
    with edited(
        issue, actor, version=version, now=now, verb="issue.entry.add", item=item.pk
    ) as row:
        entry = row.entries.filter(item=item).first()
        if entry is not None and not entry.removed:
            raise Refused(f"«{NBSP}{entry.title}{NBSP}» est déjà dans ce numéro.")
        if entry is None:
            entry = Entry(issue=row, item=item, why="ajouté à la main", **snapshot(item))
        entry.removed = False
        _append(row, entry, section)
        row.left_out = [line for line in row.left_out if line.get("item") != item.pk]
    return entry


def add_free(
    issue: Issue,
    section: str,
    values: Mapping[str, str],
    actor: User | None,
    *,
    now: datetime,
    version: int | None = None,
) -> Entry:
    """Adds an entry that comes from no item: news of the centre, a contact."""
    clean = _entry_values({"title": ""} | dict(values))
    with edited(issue, actor, version=version, now=now, verb="issue.entry.add") as row:
        entry = Entry(issue=row, why="rédigé à la main", published=paris_day(now))
        entry.source_name = Centre.current().name  # news of our own
        _apply(entry, _with_event(entry, clean))
        _append(row, entry, section)
    return entry


def shown(issue: Issue, section: str) -> QuerySet[Entry]:
    """The entries of a section that are printed, in order."""
    return issue.entries.filter(section=section, removed=False).order_by("position", "pk")


def _set_removed(
    entry: Entry, removed: bool, actor: User | None, *, now: datetime, version: int | None
) -> Entry:
    verb = "issue.entry.remove" if removed else "issue.entry.restore"
    with edited(entry.issue, actor, version=version, now=now, verb=verb, entry=entry.pk) as issue:
        row = _entry(issue, entry.pk)
        row.removed = removed
        row.save(update_fields=["removed"])
    return row


def _entry(issue: Issue, pk: int) -> Entry:
    row = issue.entries.filter(pk=pk).first()
    if row is None:
        raise NotFound("Ce contenu n’est plus dans ce numéro : rechargez la page.")
    return row


def _section(issue: Issue, slug: str) -> Section:
    found = issue.series.sections.filter(slug=slug).first()
    if found is None:
        raise NotFound(f"La lettre n’a pas de rubrique «{NBSP}{slug}{NBSP}».")
    return found


def _place(issue: Issue, row: Entry, section: str, position: int) -> None:
    _section(issue, section)
    mates = [e for e in shown(issue, section) if e.pk != row.pk]
    row.section = section
    row.edited_fields = sorted({*row.edited_fields, "section"})
    mates.insert(max(position, 0), row)
    _number(mates, by_hand=True)


def _append(issue: Issue, entry: Entry, section: str) -> None:
    _section(issue, section)
    last = shown(issue, section).exclude(pk=entry.pk).last()
    entry.section = section
    entry.position = last.position + 1 if last else 0
    entry.edited_fields = sorted({*entry.edited_fields, "section"})
    entry.save()


def _number(entries: Sequence[Entry], *, by_hand: bool) -> None:
    for position, entry in enumerate(entries):
        entry.position = position
        if by_hand:
            entry.edited_fields = sorted({*entry.edited_fields, "position"})
    Entry.objects.bulk_update(entries, ["position", "section", "edited_fields"])


def _apply(row: Issue | Entry, values: Mapping[str, Any]) -> None:
    """Sets what differs and remembers that a person did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    row.edited_fields = sorted({*row.edited_fields, *changed})


def _clean(values: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, str]:
    clean: dict[str, str] = {}
    for name, value in values.items():
        if name not in limits:
            raise BadInput(f"Champ inconnu : {name}.", where=name)
        text = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if name not in {"edito", "summary", "importance"}:
            text = " ".join(text.split("\n"))
        if len(text) > limits[name]:
            raise BadInput(
                f"{_NAMES[name]} compte {len(text)} signes ; le plus est {limits[name]}.",
                where=name,
            )
        clean[name] = text
    return clean


def _entry_values(given: Mapping[str, str]) -> dict[str, Any]:
    """Field → value of an entry, from text; BadInput names the field that cannot be read."""
    values: dict[str, Any] = _clean(given, ENTRY_FIELDS)
    for name in _DATES & values.keys():
        values[name] = _date(name, values[name])
    if values.get("title") == "":
        raise BadInput("Le titre est vide : écrivez-en un, ou retirez le contenu.", where="title")
    if values.get("url"):
        try:
            _web_address(values["url"])
        except ValidationError as error:
            raise BadInput(
                "Adresse illisible : elle commence par https:// ou http://.", where="url"
            ) from error
    return values


def _date(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"{_NAMES[name]} n’est pas une date : écrivez par exemple 2026-12-15.", where=name
        ) from error


def _with_event(row: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with `event_start` and `event_place` folded into the field `event`."""
    plain = {k: v for k, v in values.items() if not k.startswith("event_")}
    if plain.keys() == values.keys():
        return plain
    event = dict(row.event or {})
    if "event_start" in values and values["event_start"] != event_day(event, "start"):
        day = values["event_start"]
        event |= {"start": day.isoformat() if day else None, "end": None}
    if "event_place" in values and values["event_place"] != (event.get("place") or ""):
        event["place"] = values["event_place"]
    empty = not any(event.get(name) for name in ("start", "end", "place", "online"))
    return plain | {"event": None if empty else event}
