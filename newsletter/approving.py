"""The workflow: submit, approve, return. An approval is bound to one hash; any edit voids it.

draft ── submit (pre-flight, freeze) ──▶ submitted ── approve(sha256) ──▶ approved ──▶ sending
  ▲                                          │                              │
  └────────── give_back, or any edit ────────┴──────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from newsletter.composing.content import content, findings, freeze, frozen, render
from newsletter.composing.lock import check_version, locked, void
from newsletter.letter import Finding
from newsletter.models import Issue
from veille.exceptions import BadInput, Conflict, Refused
from veille.french import NBSP, count
from veille.staff import audit
from veille.staff.accounts import link_makers
from veille.staff.models import User
from veille.staff.roles import APPROVE, COMPOSE, demand


def submit(
    issue: Issue,
    actor: User,
    *,
    comment: str = "",
    reasons: Mapping[str, str] | None = None,
    now: datetime,
    version: int | None = None,
) -> Issue:
    """Pre-flight, then freezes subject, HTML, text and content, and hands the issue to approvers.

    `reasons`: finding key → why the warning is accepted; `comment` stands for the reasons not
    given. Raises Refused when an error blocks or a warning has no reason; nothing is frozen then.
    """
    demand(actor, COMPOSE, "soumettre un numéro")
    with transaction.atomic():
        row = locked(issue.pk)
        if row.state != "draft":
            raise Refused(f"Ce numéro est {row.get_state_display()}{NBSP}: seul un brouillon "
                          "se soumet.")  # fmt: skip
        check_version(row, version)
        found = findings(row, now)
        _no_error(found)
        row.accepted_warnings = _reasons(
            found, row.accepted_warnings | dict(reasons or {}), comment
        )
        data = content(row, now)
        freeze(row, data, render(data))
        row.state, row.return_comment = "submitted", ""
        row.submitted_by, row.submitted_at = actor, now
        row.save()
        audit.record(
            actor, "issue.submit", str(row), issue=row.pk, sha256=row.sha256,
            accepted_warnings=row.accepted_warnings, comment=comment,
        )  # fmt: skip
    return row


def accept(issue: Issue, reasons: Mapping[str, str], actor: User, *, now: datetime) -> Issue:
    """Keeps why warnings are accepted; an empty reason withdraws it. Changes no content."""
    demand(actor, COMPOSE, "accepter un avertissement")
    with transaction.atomic():
        row = locked(issue.pk)
        if row.state != "draft":
            raise Refused(f"Ce numéro est {row.get_state_display()}{NBSP}: ses avertissements "
                          "ne changent plus.")  # fmt: skip
        kept = row.accepted_warnings | {k: v.strip()[:500] for k, v in reasons.items()}
        row.accepted_warnings = {key: reason for key, reason in kept.items() if reason}
        row.save(update_fields=["accepted_warnings"])
        audit.record(actor, "issue.accept_warnings", str(row), issue=row.pk, keys=sorted(reasons))
    return row


def approve(issue: Issue, actor: User, *, sha256: str, comment: str = "", now: datetime) -> Issue:
    """Approves the content whose hash is `sha256`: the one the person read.

    Raises Conflict when the issue holds another content by now, Refused when the person may not.
    """
    demand(actor, APPROVE, "approuver un envoi")
    with transaction.atomic():
        row = locked(issue.pk)
        if row.state != "submitted":
            raise Refused(f"Ce numéro est {row.get_state_display()}{NBSP}: il n’attend pas "
                          "de relecture.")  # fmt: skip
        if not sha256 or sha256 != row.sha256 or frozen(row).sha256 != row.sha256:
            raise Conflict(
                "Le contenu a changé depuis que vous l’avez lu : relisez la version présente "
                "avant d’approuver."
            )
        if not row.series.same_person_may_approve:
            _two_people(row, actor)
        row.state, row.approved_by, row.approved_at = "approved", actor, now
        row.save(update_fields=["state", "approved_by", "approved_at"])
        audit.record(
            actor, "issue.approve", str(row), issue=row.pk, sha256=row.sha256, comment=comment
        )
    return row


def _two_people(row: Issue, actor: User) -> None:
    """Refused for the submitter, and for an account that the submitter or the last editor could
    have entered: a one-time link serves whoever made it.
    """
    if row.submitted_by_id == actor.pk:
        raise Refused(
            "Vous avez soumis ce numéro : une autre personne doit l’approuver. "
            "(Les réglages de la lettre peuvent permettre l’auto-approbation.)"
        )
    for author in (row.submitted_by, row.edited_by):
        if author and author.pk in link_makers(actor):
            raise Refused(
                f"Quatre yeux{NBSP}: {author}, qui a soumis ou modifié ce numéro, a aussi fait le "
                "lien par lequel ce compte a choisi son mot de passe. Faites approuver par "
                "quelqu’un d’autre, ou choisissez un nouveau mot de passe par un lien d’une autre "
                "personne de l’administration."
            )


def give_back(issue: Issue, actor: User, comment: str = "", *, now: datetime) -> Issue:
    """Returns a submitted or approved issue to draft, with what to change."""
    demand(actor, APPROVE, "renvoyer un numéro")
    if not comment.strip():
        raise BadInput("Dites ce qui est à reprendre : le commentaire est vide.", where="comment")
    with transaction.atomic():
        row = locked(issue.pk)
        sha256 = row.sha256
        if not void(row):
            raise Refused(f"Ce numéro est {row.get_state_display()}{NBSP}: il ne se renvoie pas.")
        row.return_comment = comment.strip()[:5000]
        row.version += 1
        row.edited_at, row.edited_by = now, actor
        row.save()
        audit.record(
            actor, "issue.return", str(row), issue=row.pk, sha256=sha256, comment=row.return_comment
        )
    return row


def _no_error(found: Sequence[Finding]) -> None:
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        listed = " ".join(f"{e.where}{NBSP}: {e.what}" for e in errors[:3])
        more = " …" if len(errors) > 3 else ""
        raise Refused(
            f"{count(len(errors), 'point bloque', 'points bloquent')} l’envoi. {listed}{more}"
        )


def _reasons(found: Sequence[Finding], given: Mapping[str, str], comment: str) -> dict[str, str]:
    """Finding key → reason for each warning; those that no longer apply are forgotten."""
    kept: dict[str, str] = {}
    missing: list[Finding] = []
    for finding in found:
        if finding.severity != "warning":
            continue
        reason = given.get(finding.key, "").strip() or comment.strip()
        if reason:
            kept[finding.key] = reason[:500]
        else:
            missing.append(finding)
    if missing:
        listed = " ".join(f"{m.where}{NBSP}: {m.what}" for m in missing[:3])
        raise Refused(
            f"{count(len(missing), 'avertissement attend', 'avertissements attendent')} une raison "
            f"(à défaut, un commentaire de soumission en tient lieu). {listed}"
        )
    return kept
