"""The letter as files: what `letters render` writes."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from newsletter import rendering
from newsletter.composing.content import as_json, content, letter
from newsletter.delivery import messages
from newsletter.letter import Letter
from newsletter.models import Issue
from veille.exceptions import BadInput

UNKNOWN = "lettre@vigie.invalid"


def write(issue: Issue, folder: Path, now: datetime) -> dict[str, Any]:
    """Writes letter.html, .txt, .mjml, .json and .eml into `folder`, made when absent.

    Gives the hash, the sizes in bytes and the seconds the rendering took. Raises RenderingError,
    or BadInput when the folder cannot be written.
    """
    began = time.perf_counter()
    made = letter(issue, now)
    seconds = time.perf_counter() - began
    data = content(issue, now)
    files = {
        "letter.html": made.html,
        "letter.txt": made.text,
        "letter.mjml": rendering.mjml_source(data, centre_templates=settings.DATA / "templates"),
        "letter.json": json.dumps(
            issue.frozen_content if issue.sha256 else as_json(data), ensure_ascii=False, indent=2
        ),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_bytes(text.encode())
        (folder / "letter.eml").write_bytes(_message(issue, made, now))
    except OSError as error:
        raise BadInput(f"{folder} ne peut pas être écrit : {error.strerror}.") from error
    return {
        "sha256": made.sha256,
        "html_bytes": len(made.html.encode()),
        "text_bytes": len(made.text.encode()),
        "seconds": round(seconds, 4),
        "subject": made.subject,
        "engine": made.engine,
        "folder": str(folder),
    }


def _message(issue: Issue, made: Letter, now: datetime) -> bytes:
    """The message as a reader would receive it, addressed to the letter's own mailbox."""
    series = issue.series
    series.sender_address = series.sender_address or UNKNOWN  # not saved: a draft may have none
    return messages.sample(issue, series.reply_to or series.sender_address, made, now).data
