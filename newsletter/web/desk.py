"""What the pages of an issue show: sections with findings beside entries, steps, figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter import composing
from newsletter.composing.choosing import event_day
from newsletter.composing.describe import find_issue
from newsletter.letter import Finding
from newsletter.models import Entry, Issue, Mailing, Section
from veille.staff.models import User
from veille.staff.roles import APPROVE, COMPOSE, can

VIEWS = {
    "375": "375 px",
    "640": "640 px",
    "sombre": "Sombre",
    "sans-images": "Sans images",
    "texte": "Texte",
}
# Where the findings of the letter as a whole are shown, by the name checks give the place.
_FIELDS = {"Objet": "subject", "Accroche": "preheader", "Édito": "edito"}


@dataclass(frozen=True, slots=True)
class Rubric:
    """A section of the structure with its entries, or the entries of no section."""

    slug: str
    title: str
    style: str
    most: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps above an issue. `state`: done | now | next."""

    name: str
    url: str
    state: str
    who: str
    at: datetime | None


def desk(request: HttpRequest, pk: int, now: datetime) -> dict[str, Any]:
    """The template values of everything but the shell."""
    issue = find_issue(pk)
    examined = composing.examine(issue, now)
    entries = list(issue.entries.select_related("item").order_by("position", "pk"))
    sections = list(issue.series.sections.all())
    waiting = [f for f in examined.findings if _waits(f, issue)]
    return {
        "issue": issue,
        "rubrics": _rubrics(sections, entries),
        "events": {entry.pk: event_day(entry.event, "start") for entry in entries},
        "removed": [entry for entry in entries if entry.removed],
        "sections": sections,
        "findings": examined.findings,
        "notes": notes(examined.findings),
        "errors": [f for f in waiting if f.severity == "error"],
        "warnings": [f for f in waiting if f.severity == "warning"],
        "shown": sum(not entry.removed for entry in entries),
        "words": examined.words,
        "kilobytes": -(-examined.size // 1000),
        "steps": steps(issue),
        "views": VIEWS,
        "view": view_of(request),
        "editable": can(request.user, COMPOSE) and issue.state in Issue.EDITABLE,
        "approver": can(request.user, APPROVE),
    }


def _waits(finding: Finding, issue: Issue) -> bool:
    return finding.severity == "error" or finding.key not in issue.accepted_warnings


def view_of(request: HttpRequest) -> str:
    """The preview asked by `?apercu=`; 640 px when none or unknown."""
    asked = request.GET.get("apercu", "640")
    return asked if asked in VIEWS else "640"


def _rubrics(sections: Sequence[Section], entries: Sequence[Entry]) -> list[Rubric]:
    held: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.removed:
            held[entry.section].append(entry)
    found = [Rubric(s.slug, s.title, s.style, s.most, held.pop(s.slug, [])) for s in sections]
    homeless = [entry for rest in held.values() for entry in rest]
    if homeless:  # their section was taken out of the letter: shown, never printed
        found.append(Rubric("", _("Sans rubrique (ne sera pas imprimé)"), "list", 0, homeless))
    return found


def notes(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by where the editor shows them: an entry's id, a field's name, or "" (elsewhere)."""
    placed: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        placed[str(finding.entry) if finding.entry else _FIELDS.get(finding.where, "")].append(
            finding
        )
    return placed


_REACHED = {"draft": 0, "submitted": 2, "approved": 3, "scheduled": 4, "sending": 4, "sent": 5}


def steps(issue: Issue, at: int | None = None) -> list[Step]:
    """Composer → Vérifier → Relire → Programmer → Envoyé, each with who and when.

    `at`: the step the page is about, when it is further than the issue's state says.
    """
    reached = _REACHED.get(issue.state, 0) if at is None else at
    launched = Mailing.objects.filter(issue=issue).first() if reached >= 4 else None
    names = (
        (_("Composer"), "newsletter:issue", _name(issue.edited_by), issue.edited_at),
        (_("Vérifier"), "newsletter:check", _name(issue.submitted_by), issue.submitted_at),
        (_("Relire"), "newsletter:review", _name(issue.approved_by), issue.approved_at),
        (
            _("Programmer"),
            "newsletter:mailing",
            launched.launched_by_name if launched else "",
            issue.send_at,
        ),
        (_("Envoyé"), "newsletter:mailing", "", issue.sent_at),
    )
    return [
        Step(
            name,
            _address(view, issue),
            "done" if index < reached else "now" if index == reached else "next",
            who,
            when,
        )
        for index, (name, view, who, when) in enumerate(names)
    ]


def _address(view: str, issue: Issue) -> str:
    if view == "newsletter:mailing" and issue.state in {"draft", "submitted"}:
        return ""  # nothing to schedule yet
    return reverse(view, args=[issue.pk])


def _name(who: User | None) -> str:
    return str(who) if who else ""
