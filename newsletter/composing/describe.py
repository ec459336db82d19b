"""An issue and a letter as plain data: what the command line prints and scripts rely on."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from newsletter.models import Issue, Series
from veille.exceptions import NotFound
from veille.french import NBSP


def find_issue(pk: int) -> Issue:
    """The issue, or NotFound naming the latest ones."""
    issue = (
        Issue.objects.select_related(
            "series", "theme", "territory", "edited_by", "submitted_by", "approved_by"
        )
        .filter(pk=pk)
        .first()
    )
    if issue is None:
        latest = ", ".join(str(i) for i in Issue.objects.values_list("pk", flat=True)[:5])
        raise NotFound(f"Le numéro {pk} n’existe pas. Derniers{NBSP}: {latest or 'aucun'}.")
    return issue


def describe(issue: Issue) -> dict[str, Any]:
    """The issue, without its bytes."""
    return {
        "issue": issue.pk,
        "letter": issue.series_id,
        "number": issue.number,
        "title": issue.title,
        "period": [issue.period_start.isoformat(), issue.period_end.isoformat()],
        "theme": issue.theme_id,
        "territory": issue.territory_id,
        "state": issue.state,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "edito": issue.edito,
        "edito_signature": issue.edito_signature,
        "version": issue.version,
        "sha256": issue.sha256,
        "submitted_by": issue.submitted_by.email if issue.submitted_by else None,
        "approved_by": issue.approved_by.email if issue.approved_by else None,
        "accepted_warnings": issue.accepted_warnings,
        "return_comment": issue.return_comment,
        "slug": issue.slug,
    }


def proposal(issue: Issue) -> dict[str, Any]:
    """What `letters propose` composed: counts by section, and what was left out and why."""
    sections = dict.fromkeys(issue.series.sections.values_list("slug", flat=True), 0)
    counted = issue.entries.filter(removed=False).values_list("section").annotate(n=Count("pk"))
    sections |= dict(counted.order_by())
    return {
        "issue": issue.pk,
        "number": issue.number,
        "title": issue.title,
        "subject": issue.subject,
        "entries": sum(sections.values()),
        "sections": sections,
        "left_out": issue.left_out,
    }


def letters() -> list[dict[str, Any]]:
    """Every letter with its sections, provider and count of active subscribers."""
    active = Count("subscriptions", filter=Q(subscriptions__state="active"))
    rows = Series.objects.annotate(readers=active).order_by("position", "id")
    rows = rows.prefetch_related("sections")
    return [_letter(series, series.readers) for series in rows]


def _letter(series: Series, readers: int) -> dict[str, Any]:
    return {
        "id": series.pk,
        "name": series.name,
        "template": series.template,
        "provider": series.provider,
        "provider_options": series.provider_options,
        "sender_name": series.sender_name,
        "sender_address": series.sender_address,
        "reply_to": series.reply_to,
        "list_id": series.list_id,
        "same_person_may_approve": series.same_person_may_approve,
        "next_number": series.next_number,
        "active": series.active,
        "sections": [
            {
                "id": s.slug,
                "title": s.title,
                "style": s.style,
                "most": s.most,
                "content_types": s.content_types,
                "themes": s.themes,
            }
            for s in series.sections.all()
        ],
        "subscribers": readers,
    }
