"""Which kept items enter an issue, where, and why the others do not. Reads items, writes nothing.

kept items of the period, most important first
  → those already sent in this letter, lapsed, twice there, or of no section are left out
  → the leads (style «lead»)
  → the others by section, up to the section's maximum
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from newsletter.models import Section
from veille.french import NBSP, PARIS, full_date
from veille.models import Item

DEFAULT_TYPE = "article"  # an item whose kind nobody said is printed as press
# News may lead; an appointment belongs to its list, where its date comes first.
_NEVER_LEADS = frozenset({"appel-a-projets", "evenement", "emploi"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item, its section, and the reason in French."""

    item: Item
    section: str
    why: str


@dataclass(slots=True)
class Choice:
    """What enters (most important first in each section) and what does not."""

    chosen: list[Chosen] = field(default_factory=list)
    left_out: list[dict[str, object]] = field(default_factory=list)

    def leave(self, item: Item, why: str) -> None:
        """Notes that `item` does not enter."""
        self.left_out.append({"item": item.pk, "title": item.title, "why": why})


@dataclass(frozen=True, slots=True)
class Rules:
    """What choosing must know beside the items.

    `sent_items`, `sent_urls` → «Lettre mensuelle n° 41» (and the number alone is enough to say it);
    `taken`: items a person already placed, removed or edited in this issue (left alone);
    `filled`: how many places of each section those hold.
    """

    sections: Sequence[Section]
    today: date
    sent_items: Mapping[int, str] = field(default_factory=dict)
    sent_urls: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[int] = frozenset()
    taken_urls: frozenset[str] = frozenset()
    filled: Mapping[str, int] = field(default_factory=dict)


def importance(item: Item) -> tuple[float, datetime, int]:
    """Most important first: relevance, then date (the id makes the order total)."""
    return (-item.relevance, _reversed(item.published), -item.pk)


def _reversed(moment: datetime) -> datetime:
    """A datetime that sorts the other way round."""
    origin = datetime(2000, 1, 1, tzinfo=PARIS)
    return origin - (moment - origin)


def choose(items: Iterable[Item], rules: Rules) -> Choice:
    """Shares `items` (themes and territories prefetched) out between the sections."""
    choice = Choice()
    candidates = _admissible(sorted(items, key=importance), rules, choice)
    leads = _leads(candidates, rules)
    choice.chosen.extend(leads)
    led = {lead.item.pk for lead in leads}
    room = {s.slug: s.most - rules.filled.get(s.slug, 0) for s in rules.sections}
    for item, section in candidates:
        if item.pk in led:
            continue
        if section is None:
            choice.leave(item, _no_section(item))
        elif room[section.slug] <= 0:
            places = f"{section.most}{NBSP}contenus" if section.most > 1 else f"1{NBSP}contenu"
            choice.leave(item, f"«{NBSP}{section.title}{NBSP}» est pleine ({places} au plus)")
        else:
            room[section.slug] -= 1
            choice.chosen.append(Chosen(item, section.slug, _why(item)))
    return choice


def _admissible(
    items: Sequence[Item], rules: Rules, choice: Choice
) -> list[tuple[Item, Section | None]]:
    """Items that may enter, each with the section that takes it (None: no section does)."""
    kept: list[tuple[Item, Section | None]] = []
    seen: dict[str, Item] = {}
    for item in items:
        if item.pk in rules.taken:
            continue
        if why := _refusal(item, rules, seen):
            choice.leave(item, why)
            continue
        if item.url:
            seen[item.url] = item
        kept.append((item, section_of(item, rules.sections)))
    return kept


def _refusal(item: Item, rules: Rules, seen: Mapping[str, Item]) -> str:
    sent = rules.sent_items.get(item.pk) or (rules.sent_urls.get(item.url) if item.url else None)
    if sent:
        return f"déjà envoyé dans {sent}"
    if item.url and item.url in seen:
        return f"même adresse que «{NBSP}{seen[item.url].title}{NBSP}»"
    if item.url and item.url in rules.taken_urls:
        return "même adresse qu’un contenu déjà dans ce numéro"
    if item.deadline and item.deadline < rules.today:
        return f"échéance passée le {full_date(item.deadline)}"
    end = event_day(item.event, "end") or event_day(item.event, "start")
    if end and end < rules.today:
        return f"événement passé le {full_date(end)}"
    return ""


def event_day(event: object, key: str) -> date | None:
    """The Paris date of `event["start"]` or `["end"]` (ISO 8601 date or datetime), if readable."""
    value = event.get(key) if isinstance(event, dict) else None
    if not isinstance(value, str) or not value:
        return None
    try:
        if len(value) <= 10:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None  # what a source wrote there is no date: the event has none
    return moment.astimezone(PARIS).date() if moment.tzinfo else moment.date()


def themes_of(item: Item) -> set[str]:
    """The item's themes with the parents of its sub-themes."""
    found: set[str] = set()
    for theme in item.themes.all():
        found.add(theme.pk)
        if theme.parent_id:
            found.add(theme.parent_id)
    return found


def section_of(item: Item, sections: Sequence[Section]) -> Section | None:
    """The first section that takes the item's content type and, when it names some, its theme."""
    kind = item.kind_id or DEFAULT_TYPE
    for section in sections:
        if not section.content_types and not section.themes:
            continue
        fits_type = not section.content_types or kind in section.content_types
        if fits_type and (not section.themes or themes_of(item) & set(section.themes)):
            return section
    return None


def _leads(candidates: Sequence[tuple[Item, Section | None]], rules: Rules) -> list[Chosen]:
    """The leads: with a summary of the team first, then the most important, one a theme.

    Never more than a third of what there is, so that the sections keep something to say.
    """
    section = next((s for s in rules.sections if s.style == "lead"), None)
    able = [i for i, s in candidates if s and (i.kind_id or DEFAULT_TYPE) not in _NEVER_LEADS]
    if section is None or not able:
        return []
    most = min(section.most, max(1, len(candidates) // 3)) - rules.filled.get(section.slug, 0)
    ranked = sorted(able, key=lambda item: (not item.own_summary, *importance(item)))
    picked = _one_a_theme(ranked, most)
    return [Chosen(item, section.slug, _why_lead(item)) for item in picked]


def _one_a_theme(ranked: Sequence[Item], most: int) -> list[Item]:
    """The first `most` with different main themes, completed by the best of the others."""
    picked: list[Item] = []
    used: set[str] = set()
    for item in ranked:
        theme = _main_theme(item)
        if len(picked) < most and not (theme and theme in used):
            picked.append(item)
            used.add(theme)
    rest = [item for item in ranked if item not in picked]
    return (picked + rest)[: max(most, 0)]


def _main_theme(item: Item) -> str:
    theme = next(iter(item.themes.all()), None)
    return (theme.parent_id or theme.pk) if theme else ""


def _why_lead(item: Item) -> str:
    summary = "résumé de l’équipe" if item.own_summary else "sans résumé de l’équipe"
    theme = next(iter(item.themes.all()), None)
    parts = [f"pertinence {_score(item)}", summary, *([theme.name] if theme else [])]
    return f"À la une{NBSP}: {', '.join(parts)}"[:200]


def _why(item: Item) -> str:
    kind = item.kind.name if item.kind else "nature non précisée"
    return f"{kind}, pertinence {_score(item)}"[:200]


def _score(item: Item) -> str:
    return f"{item.relevance:.2f}".replace(".", ",")


def _no_section(item: Item) -> str:
    kind = f"«{NBSP}{item.kind.name}{NBSP}»" if item.kind else "sans nature"
    return f"aucune rubrique de cette lettre ne prend ce contenu ({kind})"
