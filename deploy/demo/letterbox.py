"""The delivered mails, read from the Maildir: a list, and each one as a reader would see it."""

from __future__ import annotations

import email.policy
import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any

# The letter as a mail client shows it: no script, nothing loaded from elsewhere.
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http://127.0.0.1:*; "
    "sandbox allow-popups"
)
SHOWN = ("From", "To", "Subject", "Date", "Reply-To", "List-Id", "List-Unsubscribe",
         "List-Unsubscribe-Post", "Message-ID")  # fmt: skip


def mails(folder: Path) -> dict[str, EmailMessage]:
    """Every mail of the Maildir by its key, in the order of delivery."""
    if not folder.exists():
        return {}
    box = mailbox.Maildir(folder, create=False)
    found: dict[str, EmailMessage] = {}
    for key in sorted(box.keys()):
        raw = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
        assert isinstance(raw, EmailMessage)  # noqa: S101  # what policy.default makes
        found[key] = raw
    return found


def part(mail: EmailMessage, kind: str) -> str:
    """The `html` or `plain` body; empty when the mail has none."""
    body = mail.get_body((kind,))
    return body.get_content() if body else ""


def answer(
    folder: Path, rest: str, page: Callable[[str, str], Any], make: Callable[..., Any]
) -> Any:
    """The page for `/courrier/<rest>`; None when there is no such mail."""
    found = mails(folder)
    if not rest:
        return page("Le courrier délivré", _list(found))
    key, _, what = rest.partition("/")
    if key not in found:
        return None
    if what == "html":
        body = part(found[key], "html").encode()
        return make("text/html; charset=utf-8", body, policy=SANDBOX)
    return page(str(found[key]["Subject"]), _mail(key, found[key]))


def _list(found: dict[str, EmailMessage]) -> str:
    if not found:
        return "<p>Aucun message n’est encore arrivé.</p>"
    rows = "".join(
        f'<tr><td><a href="/courrier/{escape(key)}">{escape(str(mail["To"]))}</a></td>'
        f"<td>{escape(str(mail['Subject']))}</td></tr>"
        for key, mail in found.items()
    )
    said = f"{len(found)} messages, reçus par SMTP et rangés dans un Maildir."
    return f"<p>{said}</p><table>{rows}</table>"


def _mail(key: str, mail: EmailMessage) -> str:
    heads = "".join(
        f"<tr><th>{name}</th><td>{escape(str(mail[name]))}</td></tr>"
        for name in SHOWN
        if mail[name] is not None
    )
    return (
        f'<p><a href="/courrier/">Tout le courrier</a></p><table class="small">{heads}</table>'
        "<h2>Version HTML</h2>"
        f'<iframe src="/courrier/{escape(key)}/html" title="La lettre"></iframe>'
        f"<h2>Version texte</h2><pre>{escape(part(mail, 'plain'))}</pre>"
    )
