"""Mail that tells what became of mail: delivery reports (RFC 3464), complaints (RFC 5965), and the
plain texts that old servers send instead. Django-free.

Only a message that carries our Message-ID can act (newsletter.events.matching), so what is read
generously here cannot hurt anybody: an answer of a person or an absence is no happening at all.
"""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from newsletter.events.vocabulary import Happening, enhanced, failure, fingerprint
from veille.exceptions import BadInput

MOST_PARTS = 100
_OURS = re.compile(r"<[0-9a-f]{32}\.[0-9a-f]{16}@[a-z0-9.-]{1,200}>")
_CODE = re.compile(r"\b([45]\d\d)[ -](?=\S)")
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery|mdaemon|<>", re.IGNORECASE)
_ACTIONS = {"delayed": "deferred", "delivered": "delivered", "relayed": "delivered"}
_FEEDBACK = {"abuse": "complaint", "fraud": "complaint", "opt-out": "unsubscribed"}


def read(body: bytes, now: datetime) -> Sequence[Happening]:
    """The happenings a mail tells of; none for an ordinary one. BadInput: it cannot be parsed."""
    try:
        message = BytesParser(policy=email.policy.compat32).parsebytes(body)
        parts = list(_parts(message))
        ours = _OURS.search(_whole(body, parts))
    except (RecursionError, LookupError, ValueError, AssertionError, TypeError) as error:
        raise BadInput("Ce courriel est trop abîmé pour être lu.") from error
    if ours is None:
        return []
    at = _date(message["Date"], now)
    found = [*_feedback(parts), *_status(parts)] or _prose(message, parts)
    return [
        Happening(
            kind=kind, key=fingerprint(ours[0], kind, address, at.isoformat(), said[:200]), at=at,
            address=address, message_id=ours[0], code=code, said=said, raw=said,
        )
        for kind, address, code, said in dict.fromkeys(found)
    ]  # fmt: skip


Told = tuple[str, str, int, str]  # kind, address, SMTP code, words


def _parts(message: Message) -> Iterator[Message]:
    """`message` and what it holds, at most MOST_PARTS, without recursion."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.is_multipart():
            waiting += [one for one in part.get_payload() if isinstance(one, Message)]


def _whole(body: bytes, parts: Sequence[Message]) -> str:
    """The bytes as they are, then what was encoded: where our Message-ID may stand."""
    coded = [_text(part) for part in parts if part["Content-Transfer-Encoding"]]
    return "\n".join([body.decode("latin-1"), *coded])


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        text = data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = data.decode("latin-1")
    return text.replace("\0", "")


def _field(block: Message, name: str) -> str:
    """A header as one line of storable text."""
    value = block[name]
    text = " ".join(str(value).split()) if value is not None else ""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _after_type(value: str) -> str:
    """«rfc822; a@b» → «a@b» (RFC 3464 2.1.2)."""
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon else kind).strip().strip("<>")


def _feedback(parts: Sequence[Message]) -> Iterator[Told]:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        held = part.get_payload()
        block = held[0] if isinstance(held, list) and held else _fields(_text(part))
        if not isinstance(block, Message):
            continue
        kind = _FEEDBACK.get(_field(block, "Feedback-Type").lower())
        if kind:
            address = _field(block, "Original-Rcpt-To") or _field(block, "Removal-Recipient")
            yield kind, address.strip("<>"), 0, f"signalé par {_field(block, 'User-Agent')}"[:200]


def _fields(text: str) -> Message:
    return BytesParser(policy=email.policy.compat32).parsebytes(text.strip().encode())


def _status(parts: Sequence[Message]) -> Iterator[Told]:
    for part in parts:
        if part.get_content_type() not in {"message/delivery-status",
                                           "message/global-delivery-status"}:  # fmt: skip
            continue
        held = part.get_payload()
        blocks = held if isinstance(held, list) else [_fields(b) for b in _text(part).split("\n\n")]
        for block in blocks:
            if isinstance(block, Message) and (block["Action"] or block["Status"]):
                yield from _recipient(block)


def _recipient(block: Message) -> Iterator[Told]:
    """One recipient's group of a delivery report."""
    action = _field(block, "Action").split(" ")[0].lower()
    said = _after_type(_field(block, "Diagnostic-Code"))
    status = enhanced(_field(block, "Status"))
    address = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
    found = _CODE.search(said)
    code = int(found[1]) if found else 0
    if not enhanced(said):
        said = f"{status} {said}".strip()
    if action == "failed" or (not action and status.startswith("5")):
        precise = status if status not in {"5.0.0", "5.7.0", ""} else enhanced(said)
        yield failure(precise, code, said), _after_type(address), code, said[:1000]
    elif action in _ACTIONS:
        yield _ACTIONS[action], _after_type(address), code, said[:1000]


def _prose(message: Message, parts: Sequence[Message]) -> list[Told]:
    """A report without its machine-readable part: from a mail server, naming a failure."""
    failed = _field(message, "X-Failed-Recipients")
    sender = f"{_field(message, 'Return-Path')} {_field(message, 'From')}"
    if not failed and not _DAEMON.search(sender):
        return []
    words = next((_text(part) for part in parts if part.get_content_maintype() == "text"), "")
    before = _OURS.split(words)[0][:20_000]
    found = _CODE.search(before)
    code, status = int(found[1]) if found else 0, enhanced(before)
    if found:
        start = before.rfind("\n", 0, found.start()) + 1
        said = " ".join(before[start:].split("\n\n")[0].split())[:500]
    else:
        said = " ".join(before.split())[:500]
    kind = failure(status, code, said)
    if not code and not status and kind != "hard":
        return []
    return [("deferred" if 400 <= code < 500 else kind, failed.split(",")[0].strip(), code, said)]


def _date(value: object, now: datetime) -> datetime:
    try:
        moment = parsedate_to_datetime(str(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if 2000 < moment.year < 9000 else now
