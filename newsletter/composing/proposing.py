"""The draft of an issue: made from the kept items of a period, or brought up to date.

Bringing up to date never undoes a person: a field they edited, an entry they removed, added or
moved, and the order of a section they ordered stay as they left them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.text import slugify

from newsletter.composing.choosing import Choice, Rules, choose, event_day, importance
from newsletter.composing.lock import edited
from newsletter.composing.period import bounds, checked, paris_day, period_name, whole_month
from newsletter.composing.series import find
from newsletter.composing.snapshot import FIELDS, snapshot
from newsletter.composing.wording import preheader, subject
from newsletter.models import Entry, Issue, Section, Series
from veille.exceptions import NotFound, Refused
from veille.french import NBSP
from veille.models import Item, Territory, Theme
from veille.staff.models import User

_PLACE = ("section", "position", "why")
PLACED = ("scheduled", "sending", "sent")  # what these issues hold is not proposed again


def propose(
    series_id: str,
    start: date,
    end: date,
    *,
    theme: str | None = None,
    territory: str | None = None,
    actor: User | None = None,
    now: datetime,
    version: int | None = None,
) -> Issue:
    """Composes the draft of `series_id` for the days `start`..`end` (Paris, both included).

    Takes the kept items decided or published in the period, of `theme` (id, with its sub-themes)
    and `territory` (code, with what it contains) when given. The draft of the same letter, period,
    theme and territory is brought up to date instead of made twice; once it is sent, a new number
    takes what came since. Raises NotFound for an unknown letter, theme or territory; Refused while
    that issue is submitted or approved (bringing it up to date would void the approval unasked).
    """
    checked(start, end)
    series = find(series_id)
    about, area = _theme(theme), _territory(territory)
    with transaction.atomic():
        # One at a time: two proposals at once would make two drafts and one number.
        series = Series.objects.select_for_update().get(pk=series.pk)
        issue = _existing(series, start, end, about, area)
        if issue is None:
            issue, version = _new(series, start, end, about, area, now), None
        elif issue.state != "draft":
            raise Refused(
                f"{issue} est {issue.get_state_display()}{NBSP}: "
                "il n’est plus recomposé. Renvoyez-le d’abord en brouillon."
            )
        with edited(
            issue, actor, version=version, now=now, verb="issue.propose",
            period=f"{start}..{end}",
        ) as row:  # fmt: skip
            _fill(row, _candidates(row), paris_day(now))
    return row


def _theme(key: str | None) -> Theme | None:
    found = Theme.objects.filter(pk=key).first() if key else None
    if key and found is None:
        raise NotFound(f"Thème inconnu{NBSP}: «{NBSP}{key}{NBSP}».")
    return found


def _territory(code: str | None) -> Territory | None:
    found = Territory.objects.filter(pk=code).first() if code else None
    if code and found is None:
        raise NotFound(f"Territoire inconnu{NBSP}: «{NBSP}{code}{NBSP}».")
    return found


def _existing(
    series: Series, start: date, end: date, theme: Theme | None, territory: Territory | None
) -> Issue | None:
    return (
        series.issues.filter(period_start=start, period_end=end, theme=theme, territory=territory)
        .filter(state__in=Issue.EDITABLE)
        .order_by("pk")
        .last()
    )


def _new(
    series: Series,
    start: date,
    end: date,
    theme: Theme | None,
    territory: Territory | None,
    now: datetime,
) -> Issue:
    names = [x.name for x in (theme, territory) if x]
    title = ", ".join(names) or period_name(start, end)
    number = series.next_number
    Series.objects.filter(pk=series.pk).update(next_number=F("next_number") + 1)
    return Issue.objects.create(
        series=series,
        number=number,
        title=title[:160],
        period_start=start,
        period_end=end,
        theme=theme,
        territory=territory,
        edited_at=now,
        slug=slugify(f"{series.name} {number} {title}")[:80].strip("-"),
    )


def _candidates(issue: Issue) -> QuerySet[Item]:
    first, after = bounds(issue.period_start, issue.period_end)
    inside = Q(decided_at__gte=first, decided_at__lt=after) | Q(
        published__gte=first, published__lt=after
    )
    items = Item.objects.filter(inside, state="kept")
    if issue.theme:
        about = Theme.objects.filter(Q(pk=issue.theme.pk) | Q(parent=issue.theme))
        items = items.filter(pk__in=Item.objects.filter(themes__in=about).values("pk"))
    if issue.territory:
        area = Territory.objects.filter(_within(issue.territory))
        items = items.filter(pk__in=Item.objects.filter(territories__in=area).values("pk"))
    return items.select_related("source", "kind").prefetch_related("themes", "territories")


def _within(territory: Territory) -> Q:
    """The territory and all it contains: région > département > contrat > commune > quartier."""
    key = territory.pk
    inside = Q(pk=key) | Q(contract__parent=key)
    for depth in range(4):
        above = "parent__" * depth
        inside |= Q(**{f"{above}parent": key}) | Q(**{f"{above}contract": key})
    return inside


def _fill(issue: Issue, items: Iterable[Item], today: date) -> None:
    sections = list(issue.series.sections.all())
    entries = list(issue.entries.select_related("item").order_by("position", "pk"))
    by_hand = [e for e in entries if e.edited_fields or e.removed or e.item_id is None]
    found = list(items)
    choice = choose(found, _rules(issue, sections, by_hand, today))
    _refresh(by_hand, {item.pk: item for item in found})
    _store(issue, sections, entries, choice)
    issue.left_out = choice.left_out
    _word(issue, sections)


def _rules(
    issue: Issue, sections: Sequence[Section], by_hand: Sequence[Entry], today: date
) -> Rules:
    placed = Entry.objects.filter(
        issue__series=issue.series, issue__state__in=PLACED, removed=False
    ).exclude(issue=issue)
    rows = placed.values_list("item_id", "url", "issue__number")
    return Rules(
        sections=sections,
        today=max(today, paris_day(issue.send_at)) if issue.send_at else today,
        sent_items={item: f"le n°{NBSP}{n}" for item, _, n in rows if item},
        sent_urls={url: f"le n°{NBSP}{n}" for _, url, n in rows if url},
        taken=frozenset(e.item_id for e in by_hand if e.item_id),
        taken_urls=frozenset(e.url for e in by_hand if e.url),
        filled=Counter(e.section for e in by_hand if not e.removed),
    )


def _refresh(entries: Sequence[Entry], items: dict[int, Item]) -> None:
    """Brings the fields nobody edited up to date with the watch."""
    for entry in entries:
        item = items.get(entry.item_id or 0)
        if item is not None:
            _take_over(entry, item)
    Entry.objects.bulk_update(entries, FIELDS)


def _take_over(entry: Entry, item: Item) -> None:
    for name, value in snapshot(item).items():
        if name not in entry.edited_fields:
            setattr(entry, name, value)


def _store(
    issue: Issue, sections: Sequence[Section], entries: Sequence[Entry], choice: Choice
) -> None:
    """Writes the entries: new ones made, untouched ones updated or taken away, hand ones kept."""
    untouched = {
        e.item_id: e for e in entries if e.item_id and not e.edited_fields and not e.removed
    }
    chosen = {c.item.pk: c for c in choice.chosen}
    Entry.objects.filter(pk__in=[e.pk for i, e in untouched.items() if i not in chosen]).delete()
    placed = [e for e in entries if not e.removed and (e.edited_fields or e.item_id is None)]
    fresh: list[Entry] = []
    for pick in choice.chosen:
        entry = untouched.get(pick.item.pk) or Entry(issue=issue)
        entry.item, entry.section, entry.why = pick.item, pick.section, pick.why
        _take_over(entry, pick.item)
        fresh.append(entry)
    for section in sections:
        _order(
            section,
            [e for e in placed if e.section == section.slug],
            [e for e in fresh if e.section == section.slug],
        )
    _save([*placed, *fresh])


def _save(entries: Sequence[Entry]) -> None:
    new = [e for e in entries if e._state.adding]
    old = [e for e in entries if not e._state.adding]
    Entry.objects.bulk_create(new)
    Entry.objects.bulk_update(old, [*_PLACE, *FIELDS])


def _order(section: Section, placed: list[Entry], fresh: list[Entry]) -> None:
    """Numbers a section. Ordered by hand: the hand's order, then what is new. Else by rank, what
    was added by hand last.
    """
    if any("position" in e.edited_fields for e in placed):
        ordered = placed + _ranked(section, fresh)
    else:
        added = [e for e in placed if "section" in e.edited_fields or e.item_id is None]
        ordered = _ranked(section, [e for e in placed if e not in added] + fresh) + added
    for position, entry in enumerate(ordered):
        entry.position = position


def _ranked(section: Section, entries: list[Entry]) -> list[Entry]:
    """Most important first; a list of deadlines or events by its dates, none given last."""
    far = date.max
    if section.style == "deadlines":
        return sorted(entries, key=lambda e: e.deadline or far)
    if section.style == "agenda":
        return sorted(entries, key=lambda e: event_day(e.event, "start") or far)
    if section.style == "lead":
        return entries  # the order in which the leads were chosen
    return sorted(entries, key=_importance)


def _importance(entry: Entry) -> tuple[float, datetime, int]:
    assert entry.item is not None, "entries without an item are never ranked"  # noqa: S101
    return importance(entry.item)


def _word(issue: Issue, sections: Sequence[Section]) -> None:
    """Subject and preheader from what now stands first, unless a person wrote them."""
    order = {section.slug: section.position for section in sections}
    entries = sorted(
        issue.entries.filter(removed=False), key=lambda e: (order.get(e.section, 99), e.position)
    )
    titles = [entry.title for entry in entries]
    if "subject" not in issue.edited_fields:
        issue.subject = subject(titles, _ending(issue), issue.series.name)
    if "preheader" not in issue.edited_fields:
        period = period_name(issue.period_start, issue.period_end)
        issue.preheader = preheader(titles, f"La veille de l’équipe, {period}.")


def _ending(issue: Issue) -> str:
    """What tells two subjects apart: the month for a monthly letter, else the number."""
    if whole_month(issue.period_start, issue.period_end) and not issue.theme:
        return period_name(issue.period_start, issue.period_end)
    return f"n°{NBSP}{issue.number}"
