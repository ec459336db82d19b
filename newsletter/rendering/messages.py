"""Service messages: «à relire», subscription confirmed, unsubscribed, test.

Each is a folder of templates/messages with subject.txt, body.txt and body.html; a centre's own
folder comes first. They use the same sandbox as letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.exceptions import RenderingError
from newsletter.rendering import data, environment, letters, plain_text
from newsletter.rendering.typography import one_line


@dataclass(frozen=True, slots=True)
class Message:
    """A service message ready to be sent to one person."""

    subject: str
    text: str
    html: str


def message(name: str, /, *, centre_templates: Path | None = None, **values: Any) -> Message:
    """The message `name` with `values` (text, numbers, dates), as templates/README.md lists them.

    The subject is one line. Raises RenderingError for an unknown message or a missing value.
    """
    for key, value in values.items():
        if not isinstance(value, data.PRINTED):
            raise RenderingError(f"« {key} » du message « {name} » n’est pas un texte simple.")
    text = environment.text(centre_templates)
    markup = environment.markup(centre_templates)
    subject = letters.jinja_text(text, f"messages/{name}/subject.txt", values)
    body = letters.jinja_text(text, f"messages/{name}/body.txt", values)
    html = letters.jinja_text(markup, f"messages/{name}/body.html", values)
    return Message(one_line(subject), plain_text.tidy(body), html.strip() + "\n")
