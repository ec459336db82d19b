"""`record(actor, verb, subject, **detail)`: one line in the append-only trail."""

from __future__ import annotations

from typing import Any

from veille.staff.models import AuditEntry, User


def record(actor: User | None, verb: str, subject: str, **detail: Any) -> AuditEntry:
    """Writes who did what to what; `actor=None` is the service itself.

    Call it inside the transaction of the act, so that both stand or neither. `detail` must be
    JSON and hold no reader's address.
    """
    name = actor.email if actor else "vigie"
    return AuditEntry.objects.create(
        actor=actor, actor_name=name, verb=verb, subject=subject[:200], detail=detail
    )
