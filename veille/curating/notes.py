"""The team's words about an item. Three texts that never mix: see `Item`."""

from __future__ import annotations

from datetime import date

from veille.curating.changes import change
from veille.exceptions import BadInput
from veille.models import ContentType, Decision, Item
from veille.staff.models import User

SUMMARY_SIGNS = 350  # a sentence or two: what a letter prints
QUOTATION_SIGNS = 280  # short quotation (CPI L122-5 3° a)
LONGEST = {"own_summary": SUMMARY_SIGNS, "quotation": QUOTATION_SIGNS, "note": 5000}
NAMES = {"own_summary": "Le résumé", "quotation": "La citation", "note": "La note"}


def annotate(
    item: Item, actor: User | None, *, note: str | None = None, own_summary: str | None = None,
    quotation: str | None = None, kind: str | None = None, deadline: str | None = None,
    version: int | None = None,
) -> Decision:  # fmt: skip
    """Changes the texts, type and deadline that are given (None: left as it is, "": emptied).

    `deadline` is an ISO date. Raises BadInput, naming the field, for a text too long, an unknown
    type, a date that is none.
    """
    texts = {"note": note, "own_summary": own_summary, "quotation": quotation}
    given = {name: _fits(name, text) for name, text in texts.items() if text is not None}
    kind_given = _kind(kind) if kind else None
    last_day = _day(deadline) if deadline else None

    def edit(fresh: Item) -> None:
        for name, text in given.items():
            setattr(fresh, name, text)
        if kind is not None:
            fresh.kind = kind_given
        if deadline is not None:
            fresh.deadline = last_day

    return change(item, actor, "annotated", edit, version=version)


def _fits(name: str, text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST[name]:
        raise BadInput(
            f"{NAMES[name]} fait {len(text)} signes, pour {LONGEST[name]} au plus : raccourcissez.",
            where=name,
        )
    return text


def _kind(name: str) -> ContentType:
    found = ContentType.objects.filter(pk=name).first()
    if found is None:
        raise BadInput(f"Type de contenu inconnu : {name}.", where="kind")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"« {text} » n’est pas une date : écrivez AAAA-MM-JJ.", where="deadline"
        ) from error
