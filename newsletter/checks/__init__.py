"""Seam 4: pre-flight. One module a family; each check is a function that yields findings.

A check is pure: the letter, its parsed HTML and the context in, findings out. `CHECKS` names
them all; an error blocks sending, a warning asks for a reason that is kept. Ids are stable:
L1 size, L2 language, L3 pictures, L4 links, L5 colour, L6 inbox, L7 text part, L8 legal,
L90 editorial, L95 rights. What needs the network or the workflow is looked at when approving.

A new check: write the function in its family, add it to the family's CHECKS, and give it a bad
letter in tests/newsletter/test_checks.py.
"""

from __future__ import annotations

from newsletter.checks import (
    colours,
    editorial,
    inbox,
    language,
    legal,
    links,
    pictures,
    rights,
    size,
    text_part,
)
from newsletter.document import Check, Document
from newsletter.letter import CheckContext, Finding, Letter

FAMILIES = (inbox, editorial, rights, links, pictures, colours, language, size, text_part, legal)
CHECKS: tuple[Check, ...] = tuple(check for family in FAMILIES for check in family.CHECKS)


def run(letter: Letter, context: CheckContext) -> list[Finding]:
    """All findings, errors first; each key once, so that a reason answers one finding."""
    document = Document(letter.html)
    found: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check(letter, document, context):
            found.setdefault(finding.key, finding)
    return sorted(found.values(), key=lambda finding: finding.severity)
