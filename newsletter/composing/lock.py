"""Every edit of an issue goes through `edited`: one transaction, one version, one audit line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from newsletter.exceptions import EditConflict
from newsletter.models import Issue
from veille.exceptions import NotFound, Refused
from veille.french import NBSP, clock
from veille.staff import audit
from veille.staff.models import User
from veille.staff.roles import COMPOSE, demand

NO_LONGER = {
    "scheduled": "Ce numéro est programmé{nb}: annulez d’abord son envoi pour le modifier.",
    "sending": "Ce numéro est en cours d’envoi{nb}: on ne peut plus le modifier.",
    "sent": "Ce numéro est envoyé{nb}: on ne peut plus le modifier.",
    "cancelled": "Ce numéro est annulé{nb}: on ne peut plus le modifier.",
}
FROZEN_EMPTY: dict[str, Any] = {
    "frozen_subject": "", "frozen_html": "", "frozen_text": "", "frozen_content": None,
    "frozen_engine": "", "sha256": "", "submitted_by": None, "submitted_at": None,
    "approved_by": None, "approved_at": None,
}  # fmt: skip


def locked(issue_id: int) -> Issue:
    """The issue's row, locked until the transaction ends (SQLite: its one writer is us)."""
    found = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("series", "theme", "territory", "edited_by", "submitted_by", "approved_by")
        .filter(pk=issue_id)
        .first()
    )
    if found is None:
        raise NotFound(f"Le numéro {issue_id} n’existe pas ou plus.")
    return found


def void(issue: Issue) -> bool:
    """Takes a submitted or approved issue back to draft; says whether it had been."""
    if issue.state not in {"submitted", "approved"}:
        return False
    issue.state = "draft"
    issue.previous_text = f"{issue.frozen_subject}\n{issue.frozen_text}"
    for name, value in FROZEN_EMPTY.items():
        setattr(issue, name, value)
    return True


@contextmanager
def edited(
    issue: Issue,
    actor: User | None,
    *,
    version: int | None,
    now: datetime,
    verb: str,
    **detail: Any,
) -> Iterator[Issue]:
    """Gives the locked issue to change; then bumps its version, voids what an edit voids, audits.

    `version` is the one the person saw; None (a script) does not compare. Raises EditConflict when
    somebody edited since, Refused when the issue may no longer be edited.
    """
    demand(actor, COMPOSE, "modifier un numéro")
    with transaction.atomic():
        row = locked(issue.pk)
        if row.state not in Issue.EDITABLE:
            raise Refused(NO_LONGER[row.state].format(nb=NBSP))
        check_version(row, version)
        yield row
        was = row.state
        row.version += 1
        row.edited_at, row.edited_by = now, actor
        if void(row):
            detail["voided"] = was
        row.save()
        audit.record(actor, verb, str(row), issue=row.pk, version=row.version, **detail)


def check_version(row: Issue, version: int | None) -> None:
    """Raises EditConflict when `row` was edited since `version` (None: not compared)."""
    if version is None or version == row.version:
        return
    who = str(row.edited_by) if row.edited_by else "Vigie"
    raise EditConflict(
        f"{who} a modifié ce numéro à {clock(row.edited_at)}, depuis que vous l’avez ouvert. "
        "Rien n’a été écrasé, et votre texte est gardé ici.",
        who=who,
        at=row.edited_at,
        version=row.version,
    )
