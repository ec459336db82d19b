"""An issue → frozen plain data → letter → findings. Reads; writes nothing but `freeze`'s fields."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags

from newsletter import checks, rendering
from newsletter.composing.choosing import event_day
from newsletter.composing.period import paris_day
from newsletter.exceptions import RenderingError
from newsletter.letter import (
    CheckContext,
    EntryContent,
    Finding,
    Identity,
    IssueContent,
    Letter,
    SectionContent,
)
from newsletter.models import Entry, Issue, Series
from newsletter.rendering import markdown
from veille.french import NBSP
from veille.models import Centre

# The text of these may be reused with attribution; of the others it may not.
_FREE_TEXT = frozenset({"public", "cc"})
_SENT = ("scheduled", "sending", "sent")


def content(issue: Issue, now: datetime) -> IssueContent:
    """The plain data a letter template reads: sections in order, without the empty ones."""
    entries = list(issue.entries.filter(removed=False).order_by("position", "pk"))
    return IssueContent(
        series_id=issue.series_id,
        series_name=issue.series.name,
        template=issue.series.template,
        number=issue.number,
        title=issue.title,
        period_start=issue.period_start,
        period_end=issue.period_end,
        subject=issue.subject,
        preheader=issue.preheader,
        edito_html=markdown.to_html(issue.edito),
        edito_text=markdown.to_text(issue.edito),
        edito_signature=issue.edito_signature,
        sections=_sections(issue.series, entries),
        identity=_identity(issue.series),
        web_url=absolute("public:issue", issue.slug),
        archive_url=absolute("public:archive"),
        theme_name=issue.theme.name if issue.theme else "",
        territory_name=issue.territory.name if issue.territory else "",
        **_button(),
    )


def absolute(name: str, *args: str) -> str:
    """The public address of a named page."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def letter(issue: Issue, now: datetime) -> Letter:
    """The frozen letter of a submitted issue, byte for byte; of a draft, what it would be now.

    Raises RenderingError naming the place that cannot become a letter.
    """
    if issue.sha256:
        return frozen(issue)
    return render(content(issue, now))


def render(data: IssueContent) -> Letter:
    """The letter of `data`, with the centre's own templates when it has some."""
    return rendering.render(data, centre_templates=settings.DATA / "templates")


def frozen(issue: Issue) -> Letter:
    """The letter kept at submission."""
    kept: dict[str, Any] = issue.frozen_content or {}
    return Letter(
        subject=issue.frozen_subject,
        preheader=kept.get("preheader", ""),
        html=issue.frozen_html,
        text=issue.frozen_text,
        engine=issue.frozen_engine,
    )


def freeze(issue: Issue, data: IssueContent, made: Letter) -> None:
    """Puts the letter and what it was made from into the issue's frozen fields (not saved)."""
    issue.frozen_subject, issue.frozen_html = made.subject, made.html
    issue.frozen_text, issue.frozen_engine = made.text, made.engine
    issue.frozen_content = as_json(data)
    issue.sha256 = made.sha256


def as_json(data: IssueContent) -> dict[str, Any]:
    """The content as plain JSON values; dates are ISO 8601."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(data), default=str))
    return plain


@dataclasses.dataclass(frozen=True, slots=True)
class Examination:
    """An issue looked at once: its content, the letter it makes (None: it cannot), the findings."""

    content: IssueContent
    letter: Letter | None
    findings: list[Finding]

    @property
    def words(self) -> int:
        """Words a reader reads, addresses aside."""
        texts = [self.content.edito_text]
        for section in self.content.sections:
            texts.append(section.title)
            texts += [f"{e.title} {e.summary} {e.importance}" for e in section.entries]
        return sum(len(text.split()) for text in texts)

    @property
    def size(self) -> int:
        """Bytes of the HTML."""
        return len(self.letter.html.encode()) if self.letter else 0


def examine(issue: Issue, now: datetime) -> Examination:
    """Renders and checks; what cannot be rendered is a finding too."""
    data = content(issue, now)
    try:
        made = frozen(issue) if issue.sha256 else render(data)
    except RenderingError as error:
        return Examination(data, None, [*process(issue, data), _unmade(error)])
    found = [*process(issue, data), *checks.run(made, context(issue, data, now))]
    found.sort(key=lambda finding: finding.severity)
    return Examination(data, made, found)


def findings(issue: Issue, now: datetime) -> list[Finding]:
    """Everything pre-flight says of this issue, of the process and of the letter; errors first."""
    return examine(issue, now).findings


def context(issue: Issue, data: IssueContent, now: datetime) -> CheckContext:
    """What checks may know beside the letter: other issues, sources' texts, the day of sending."""
    today = paris_day(now)
    others = Issue.objects.filter(series=issue.series, state__in=_SENT).exclude(pk=issue.pk)
    urls = Entry.objects.filter(issue__in=others, removed=False).exclude(url="")
    return CheckContext(
        content=data,
        today=today,
        send_day=max(today, paris_day(issue.send_at)) if issue.send_at else today,
        sent_subjects=frozenset(others.values_list("frozen_subject", flat=True)) - {""},
        sent_urls={
            url: f"{issue.series.name} n°{NBSP}{n}"
            for url, n in urls.values_list("url", "issue__number")
        },
        source_texts=_source_texts(issue),
    )


def process(issue: Issue, data: IssueContent) -> Iterable[Finding]:
    """What no check of the letter can see: the sender, an empty issue, frozen bytes that differ."""
    if not any(section.entries for section in data.sections):
        yield Finding(
            "P101", "error", "Structure", "La lettre ne contient aucun contenu.",
            "Ajoutez au moins un contenu à une rubrique.",
        )  # fmt: skip
    if issue.sha256 and frozen(issue).sha256 != issue.sha256:
        yield Finding(
            "P102", "error", "Contenu figé", "Le contenu figé ne correspond plus à son empreinte.",
            "Renvoyez le numéro en brouillon, relisez-le et soumettez-le de nouveau.",
        )  # fmt: skip
    if not issue.series.active:
        yield Finding(
            "P103", "warning", "Lettre", "Cette lettre est marquée comme arrêtée.",
            "Réactivez-la dans ses réglages, ou dites pourquoi ce numéro part quand même.",
        )  # fmt: skip


def _unmade(error: RenderingError) -> Finding:
    return Finding(
        "P100", "error", "Lettre", f"La lettre ne peut pas être fabriquée{NBSP}: {error}",
        "Corrigez l’endroit nommé, ou le modèle de la lettre.",
    )  # fmt: skip


def _sections(series: Series, entries: list[Entry]) -> tuple[SectionContent, ...]:
    by_slug: dict[str, list[Entry]] = {}
    for entry in entries:
        by_slug.setdefault(entry.section, []).append(entry)
    return tuple(
        SectionContent(s.slug, s.title, s.style, tuple(_entry(e) for e in by_slug[s.slug]))
        for s in series.sections.all()
        if s.slug in by_slug
    )


def _entry(entry: Entry) -> EntryContent:
    event = entry.event if isinstance(entry.event, dict) else {}
    return EntryContent(
        id=entry.pk,
        title=entry.title,
        url=entry.url,
        source=entry.source_name,
        published=entry.published,
        place=entry.place,
        summary=entry.summary,
        importance=entry.importance,
        paywalled=entry.paywalled,
        deadline=entry.deadline,
        event_start=_start(event),
        event_place=str(event.get("place") or ""),
    )


def _start(event: dict[str, Any]) -> date | None:
    return event_day(event, "start")


def _identity(series: Series) -> Identity:
    centre = Centre.current()
    return Identity(
        name=centre.name,
        accent=centre.accent,
        font=centre.font,
        logo_url=absolute("veille:centre-logo-file", centre.logo) if centre.logo else "",
        logo_alt=centre.logo_alt,
        site_url=centre.site_url,
        contact_email=centre.contact_email,
        postal_address=centre.postal_address,
        publisher=centre.publisher,
        privacy_url=centre.privacy_url,
        sender_name=series.sender_name or centre.name,
        sender_address=series.sender_address,
        reply_to=series.reply_to,
        list_id=series.list_id,
    )


def _button() -> dict[str, str]:
    """The one button of the letter: the centre's site, else the letters already sent."""
    centre = Centre.current()
    if centre.site_url:
        return {"watch_url": centre.site_url, "watch_label": f"Consulter le site de {centre.name}"}
    return {"watch_url": absolute("public:archive"), "watch_label": "Lire les lettres précédentes"}


def _source_texts(issue: Issue) -> dict[int, str]:
    """Entry id → the text its source wrote, for sources whose text may not be printed."""
    rows = issue.entries.filter(removed=False, item__isnull=False).exclude(
        item__source__rights__in=_FREE_TEXT
    )
    return {pk: strip_tags(text) for pk, text in rows.values_list("pk", "item__summary") if text}
