"""The message, built once per mailing; per recipient only fixed-width tokens are filled in.

Header text is never trusted: encoded words that came in are decoded first (Python before 3.11.10
would otherwise write `=?utf-8?q?=0aBcc:…?=` out as a real Bcc, CVE-2024-6923), controls go, and
what remains always leaves as base64 words. The first message of a mailing is read back and its
headers compared with the intended set. Quoted-printable keeps every line under 78 octets, since
MJML writes lines far over the 998 of RFC 5322.
"""

from __future__ import annotations

import base64
import binascii
import email.header
import email.policy
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from email.utils import format_datetime

from newsletter.addresses import normalise
from newsletter.exceptions import RenderingError
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN, Address, Letter
from newsletter.tokens import WIDTH

HEADERS = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Feedback-ID", "MIME-Version", "Content-Type",
)  # fmt: skip
LONGEST_LINE = 998  # RFC 5322 2.1.1
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,120}@[a-z0-9.-]{1,120}>")
_PLACEHOLDERS = ("Desabonnement" * 3 + "0", "Preferences" * 3 + "Prefer0")  # tokens.WIDTH signs


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all messages of a mailing share beside the letter. `date` is aware."""

    sender: Address
    reply_to: str
    list_id: str  # «lettre.centre.fr»
    list_name: str
    feedback_id: str
    date: datetime
    unsubscribe_url: str  # a recipient's token is put after it
    preferences_url: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """What differs."""

    address: str  # normalised
    message_id: str  # with its angle brackets
    unsubscribe: str  # tokens of `tokens.WIDTH` signs
    preferences: str


class Press:
    """A mailing's message, ready to be filled in. Raises RenderingError when it cannot be sent."""

    def __init__(self, letter: Letter, stamp: Stamp) -> None:
        self.stamp = stamp
        self._fixed_top, self._fixed_rest = _shared_headers(letter, stamp)
        self._pieces = _cut(_body(letter, stamp, *_PLACEHOLDERS))
        holes = [piece for piece in self._pieces if not isinstance(piece, bytes)]
        starts = [which for which, begin, _ in holes if begin == 0]
        for which, token in enumerate((UNSUBSCRIBE_TOKEN, PREFERENCES_TOKEN)):
            if starts.count(which) != letter.html.count(token) + letter.text.count(token):
                raise RenderingError("Un lien personnel de la lettre ne peut pas être rempli.")
        sample = Recipient("lecteur@exemple.fr", "<essai@exemple.fr>", "A" * WIDTH, "B" * WIDTH)
        _read_back(self.message(sample))

    def message(self, to: Recipient) -> bytes:
        """The bytes for one recipient (ASCII, CRLF)."""
        tokens = (to.unsubscribe, to.preferences)
        values = [token.encode("ascii") for token in tokens]
        filled = [
            piece if isinstance(piece, bytes) else values[piece[0]][piece[1] : piece[2]]
            for piece in self._pieces
        ]
        return b"".join(
            [self._fixed_top, _own_headers(to, self.stamp), self._fixed_rest, b"\r\n", *filled]
        )


def build(letter: Letter, stamp: Stamp, to: Recipient) -> bytes:
    """One message from scratch: what `Press.message` must equal byte for byte."""
    top, rest = _shared_headers(letter, stamp)
    body = _body(letter, stamp, to.unsubscribe, to.preferences)
    return b"".join([top, _own_headers(to, stamp), rest, b"\r\n", body])


def clean(text: str) -> str:
    """Header text made harmless: incoming encoded words decoded, controls out, spaces folded."""
    flat = _no_controls(text)
    if "=?" in flat:
        try:
            flat = str(email.header.make_header(email.header.decode_header(flat)))
        except (email.errors.HeaderParseError, LookupError, UnicodeError, ValueError):
            flat = flat.replace("=?", "= ?")  # not a word anybody can read: shown as it is
    return " ".join(_no_controls(flat).split())


def _no_controls(text: str) -> str:
    return "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in text.encode("utf-8", "replace").decode("utf-8")
    )


def encoded(text: str) -> str:
    """`text` as RFC 2047 base64 words, folded; empty for empty text."""
    words, chunk = [], b""
    for sign in clean(text):
        data = sign.encode()
        if len(chunk) + len(data) > 42:  # 42 octets → 56 signs → a word of 68
            words.append(chunk)
            chunk = b""
        chunk += data
    words += [chunk] if chunk else []
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _mailbox(name: str, address: str) -> str:
    shown = encoded(name)
    return f"{shown}\r\n <{address}>" if shown else f"<{address}>"


def _shared_headers(letter: Letter, stamp: Stamp) -> tuple[bytes, bytes]:
    sender = normalise(stamp.sender.email)
    list_id = re.sub(r"[^a-z0-9.-]", "", stamp.list_id.lower()).strip(".") or "lettre.invalid"
    feedback = ":".join(
        re.sub(r"[^A-Za-z0-9-]", "-", part) for part in stamp.feedback_id.split(":")[:4]
    )
    top = [
        f"From: {_mailbox(stamp.sender.name, sender)}",
        f"Reply-To: <{normalise(stamp.reply_to or stamp.sender.email)}>",
        f"Subject: {encoded(letter.subject)}",
        f"Date: {format_datetime(stamp.date)}",
        f"List-Id: {_mailbox(stamp.list_name, list_id)}",
        f"Feedback-ID: {feedback}",
    ]
    rest = [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{_boundary(letter)}"',
    ]
    return _lines(top), _lines(rest)


def _own_headers(to: Recipient, stamp: Stamp) -> bytes:
    if not _MESSAGE_ID.fullmatch(to.message_id) or to.address != normalise(to.address):
        raise RenderingError("Une ligne de l’envoi porte une adresse ou un identifiant illisible.")
    if len(to.unsubscribe) != WIDTH or len(to.preferences) != WIDTH:
        raise RenderingError("Un jeton de désabonnement n’a pas la bonne longueur.")
    # On one line: a folded List-Unsubscribe broke DKIM signers (nodemailer#1654). RFC 8058 wants
    # an HTTPS address: a system check warns when VIGIE_PUBLIC_URL is none.
    url = f"{stamp.unsubscribe_url}{to.unsubscribe}"
    lines = [f"To: <{to.address}>", f"Message-ID: {to.message_id}", f"List-Unsubscribe: <{url}>"]
    lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return _lines(lines)


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _boundary(letter: Letter) -> str:
    # «=_» never occurs in quoted-printable, so no text can imitate it.
    return f"=_vigie_{letter.sha256[:24]}"


def _body(letter: Letter, stamp: Stamp, unsubscribe: str, preferences: str) -> bytes:
    boundary = _boundary(letter).encode()
    parts = []
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        if content.count(UNSUBSCRIBE_TOKEN) == 0:
            raise RenderingError("La lettre n’a pas de lien de désabonnement : ajoutez-le au pied.")
        escape = html.escape if kind == "html" else str
        content = content.replace(
            UNSUBSCRIBE_TOKEN, escape(stamp.unsubscribe_url) + unsubscribe
        ).replace(PREFERENCES_TOKEN, escape(stamp.preferences_url) + preferences)
        head = (
            f'\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode()
        parts.append(b"--" + boundary + head + quoted_printable(content) + b"\r\n")
    return b"".join(parts) + b"--" + boundary + b"--\r\n"


def quoted_printable(text: str) -> bytes:
    """UTF-8 in quoted-printable with CRLF lines."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    return binascii.b2a_qp(flat, istext=True).replace(b"\n", b"\r\n")


def _cut(body: bytes) -> list[bytes | tuple[int, int, int]]:
    """The body as literal bytes and (which token, from, to), soft line breaks kept outside."""
    break_ = rb"(?:=\r\n)?"
    holes = [
        break_.join(re.escape(sign.encode()) for sign in placeholder)
        for placeholder in _PLACEHOLDERS
    ]
    pieces: list[bytes | tuple[int, int, int]] = []
    end = 0
    for match in re.finditer(b"(" + holes[0] + b")|(" + holes[1] + b")", body):
        pieces.append(body[end : match.start()])
        which, at = (0 if match[1] else 1), 0
        for part in re.split(rb"(=\r\n)", match[0]):
            if part == b"=\r\n":
                pieces.append(part)
            elif part:
                pieces.append((which, at, at + len(part)))
                at += len(part)
        end = match.end()
    return [*pieces, body[end:]]


def _read_back(data: bytes) -> None:
    """Parses the bytes again: exactly the intended headers, once each, and nothing over-long."""
    message = BytesParser(policy=email.policy.default).parsebytes(data)
    names = sorted(message.keys())
    kinds = [part.get_content_type() for part in message.iter_parts()]
    lines = data.split(b"\r\n")
    fine = (
        names == sorted(HEADERS)
        and data.isascii()
        and b"\r" not in b"".join(lines)
        and b"\n" not in b"".join(lines)
        and max(map(len, lines)) <= LONGEST_LINE
        and kinds == ["text/plain", "text/html"]
    )
    if not fine:
        raise RenderingError("Le message ne se relit pas comme il a été écrit : rien n’est envoyé.")
