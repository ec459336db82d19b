"""The mailbox where reports come back: IMAP over TLS, or a Maildir on this machine.

A message is marked only once it is kept (committed): a crash reads it again, and the same bytes
are known already. Bounded: messages per run, bytes per message, seconds per answer.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from newsletter.events.intake import Stop, keep
from newsletter.exceptions import NotConfigured, ProviderError
from veille.exceptions import BadInput

MOST_MESSAGES = 500  # in one run
MOST_BYTES = 1024 * 1024  # of one message; the rest of a longer one is not asked for
SECONDS = 30.0
PROVIDER = "mailbox"
MARK = "$Vigie"  # a keyword of our own: people's «read» and «unread» stay theirs


def collect(now: datetime, *, stop: Stop | None = None) -> int:
    """Keeps the messages not seen yet; gives how many were new. 0 without a mailbox.

    Raises NotConfigured for the address, ProviderError when the mailbox does not answer.
    """
    url = settings.BOUNCES_URL
    if not url:
        return 0
    scheme = urlsplit(url).scheme
    if scheme == "maildir":
        return _maildir(Path(unquote(urlsplit(url).path)), now, stop)
    if scheme not in {"imaps", "imap"}:
        raise NotConfigured("VIGIE_BOUNCES_URL : écrivez imaps://… ou maildir:///dossier.")
    try:
        with _signed_in(url) as client:
            return _imap(client, now, stop)
    except imaplib.IMAP4.error as error:
        raise ProviderError(
            f"La boîte des retours refuse : {_said(error)}", permanent=True
        ) from error
    except (OSError, ssl.SSLError) as error:
        raise ProviderError(
            f"La boîte des retours ne répond pas : {_said(error)}", permanent=False
        ) from error


def _said(error: Exception) -> str:
    return str(error).strip("b'\"")[:200]


def _stopped(stop: Stop | None) -> bool:
    return stop is not None and stop.is_set()


def _maildir(folder: Path, now: datetime, stop: Stop | None) -> int:
    if not (folder / "new").is_dir():
        raise NotConfigured(f"VIGIE_BOUNCES_URL : {folder} n’est pas un Maildir.")
    kept = 0
    for path in sorted((folder / "new").iterdir())[:MOST_MESSAGES]:
        if _stopped(stop):
            break
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            kept += keep(PROVIDER, file.read(MOST_BYTES), now)
        (folder / "cur").mkdir(exist_ok=True)
        path.rename(folder / "cur" / f"{path.name.split(':')[0]}:2,S")
    return kept


@contextmanager
def _signed_in(url: str) -> Iterator[imaplib.IMAP4]:
    """A session on the folder of `url`, never without TLS: imaps, or imap with STARTTLS."""
    parts = urlsplit(url)
    if not parts.hostname or not parts.username:
        raise NotConfigured("VIGIE_BOUNCES_URL : imaps://utilisateur:motdepasse@hôte/DOSSIER.")
    try:
        context = ssl.create_default_context(cafile=parse_qs(parts.query).get("ca", [None])[0])
    except OSError as error:
        raise NotConfigured("VIGIE_BOUNCES_URL : le fichier « ca » ne peut pas être lu.") from error
    client: imaplib.IMAP4
    if parts.scheme == "imaps":
        client = imaplib.IMAP4_SSL(
            parts.hostname, parts.port or 993, ssl_context=context, timeout=SECONDS
        )
    else:
        client = imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=SECONDS)
    try:
        if parts.scheme == "imap":
            client.starttls(context)
        client.login(unquote(parts.username), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        if '"' in folder or "\\" in folder or not folder.isprintable():
            raise BadInput("VIGIE_BOUNCES_URL : le nom du dossier ne convient pas.")
        answer, said = client.select(f'"{folder}"')
        if answer != "OK":
            raise NotConfigured(f"La boîte des retours n’a pas de dossier « {folder} ».")
        yield client
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


def _imap(client: imaplib.IMAP4, now: datetime, stop: Stop | None) -> int:
    allowed = b" ".join(filter(None, client.response("PERMANENTFLAGS")[1] or []))
    mark, wanted = (MARK, f"UNKEYWORD {MARK}") if b"\\*" in allowed else ("\\Seen", "UNSEEN")
    _, found = client.uid("SEARCH", f"(UNDELETED {wanted})")
    numbers = (found[0] or b"").split()[:MOST_MESSAGES] if found else []
    kept = 0
    for number in numbers:
        if _stopped(stop):
            break
        uid = number.decode("ascii")
        _, data = client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        body = next((one[1] for one in data if isinstance(one, tuple)), None)
        if body is None:
            continue  # somebody removed it meanwhile
        kept += keep(PROVIDER, bytes(body), now)
        client.uid("STORE", uid, "+FLAGS.SILENT", f"({mark})")
    return kept
