"""What each provider posts, read into happenings. Django-free.

Every reader takes the body as it came and the time now (for what carries no date), gives the
happenings we keep (openings and clicks are not among them), and raises BadInput, with a French
sentence, for what cannot be read. Field names: documentation of each provider.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from newsletter.events.vocabulary import Happening, failure, fingerprint
from veille.exceptions import BadInput

MOST_EVENTS = 20_000  # in one body

BREVO = {
    "delivered": "delivered", "deferred": "deferred", "hardbounce": "hard",
    "invalid": "hard", "invalidemail": "hard", "softbounce": "soft", "blocked": "soft",
    "error": "soft", "spam": "complaint", "complaint": "complaint",
    "unsubscribe": "unsubscribed", "unsubscribed": "unsubscribed",
}  # fmt: skip


def brevo(body: bytes, now: datetime) -> Sequence[Happening]:
    """Flat objects (one, or a batch). `ts_event` is UTC; `date`, `ts` are wrong around DST."""
    found = []
    for one in _objects(body):
        kind = BREVO.get(str(one.get("event", "")).replace("_", "").lower())
        if kind is None:
            continue
        stamp = _number(one.get("ts_epoch")) / 1000 or one.get("ts_event")
        at = _moment(stamp, now)
        address, campaign = _text(one, "email"), _text(one, "campaign name", "camp_id")
        message_id = _text(one, "message-id")
        key = fingerprint(
            kind, address, one.get("camp_id"), message_id, one.get("ts_event") or stamp,
            one.get("link"),
        )  # fmt: skip
        found.append(_happening(one, kind, key, at, address, message_id, campaign, "reason"))
    return found


MAILJET = {"sent": "delivered", "spam": "complaint", "unsub": "unsubscribed"}


def mailjet(body: bytes, now: datetime) -> Sequence[Happening]:
    """Version 2: an array of objects (one alone in version 1)."""
    found = []
    for one in _objects(body):
        event = str(one.get("event"))
        kind = MAILJET.get(event)
        if event in {"bounce", "blocked"}:
            kind = "hard" if one.get("hard_bounce") is True else "soft"
            if _text(one, "error_related_to") in {"content", "spam", "system", "mailjet"}:
                kind = "soft"  # our message or their service, not the address
        if kind is None:
            continue
        key = fingerprint(event, one.get("MessageID"), one.get("email"), one.get("time"),
                          one.get("url"))  # fmt: skip
        found.append(
            _happening(
                one, kind, key, _moment(one.get("time"), now), _text(one, "email"),
                _text(one, "CustomID") if "@" in _text(one, "CustomID") else "",
                _text(one, "customcampaign", "mj_campaign_id"), "error", "comment",
            )
        )  # fmt: skip
    return found


def mailchimp(body: bytes, now: datetime) -> Sequence[Happening]:
    """A form: `type`, `fired_at` (UTC), `data[email]`, `data[list_id]`, `data[reason]`."""
    try:
        form = parse_qs(body.decode("utf-8"), max_num_fields=200, strict_parsing=True)
    except ValueError as error:
        raise BadInput("Le corps n’est pas un formulaire.") from error
    one = {name: values[0] for name, values in form.items()}
    abuse = one.get("data[reason]") == "abuse"
    kinds = {"unsubscribe": "unsubscribed", "cleaned": "hard"}
    kind = kinds.get(one.get("type", ""))
    if "type" not in one:
        raise BadInput("Le formulaire ne dit pas de quoi il s’agit (« type »).")
    if kind is None:
        return []
    try:
        fired = datetime.fromisoformat(one.get("fired_at", "")).replace(tzinfo=UTC)
    except ValueError:
        fired = now
    fired = fired if fired.year > 2000 else now
    address = one.get("data[email]", "")
    key = fingerprint(one["type"], one.get("data[list_id]"), address, one.get("fired_at"))
    kind = "complaint" if abuse else kind
    campaign = one.get("data[campaign_id]", "")
    return [_happening(one, kind, key, fired, address, "", campaign, "data[reason]")]


LISTMONK = {"hard": "hard", "soft": "soft", "complaint": "complaint"}


def listmonk(body: bytes, now: datetime) -> Sequence[Happening]:
    """The shape of its bounce interface: `email`, `campaign_uuid`, `type`, `source`, `meta`."""
    found = []
    for one in _objects(body):
        kind = LISTMONK.get(str(one.get("type")))
        if kind is None:
            raise BadInput("« type » doit être hard, soft ou complaint.")
        key = fingerprint(json.dumps(one, sort_keys=True))
        at = _moment(one.get("created_at"), now)
        campaign = _text(one, "campaign_uuid")
        found.append(_happening(one, kind, key, at, _text(one, "email"), "", campaign, "meta"))
    return found


READERS: dict[str, Callable[[bytes, datetime], Sequence[Happening]]] = {
    "brevo": brevo, "mailjet": mailjet, "mailchimp": mailchimp, "listmonk": listmonk,
}  # fmt: skip


def _happening(
    one: dict[str, Any], kind: str, key: str, at: datetime, address: str, message_id: str,
    campaign: str, *said: str,
) -> Happening:  # fmt: skip
    words = " ".join(filter(None, (_text(one, name) for name in said)))
    if kind == "hard" and failure("", 0, words) == "soft" and words[:1] in {"4", "5"}:
        kind = "soft"  # the provider says «hard», the server's own code says otherwise
    raw = _storable(json.dumps(one, ensure_ascii=False))
    return Happening(kind, key, at, address, message_id, campaign, said=words[:1000], raw=raw)


def _objects(body: bytes) -> list[dict[str, Any]]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("Le corps n’est pas du JSON.") from error
    items = data if isinstance(data, list) else [data]
    if len(items) > MOST_EVENTS or not all(isinstance(item, dict) for item in items):
        raise BadInput("Le corps n’est pas une liste d’événements.")
    return items


def _text(one: dict[str, Any], *names: str) -> str:
    for name in names:
        value = one.get(name)
        if isinstance(value, dict):
            return _storable(json.dumps(value, ensure_ascii=False))
        if value not in (None, ""):
            return _storable(str(value))
    return ""


def _storable(text: str) -> str:
    """Without what no database takes: NUL, and halves of pairs that JSON can write."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _number(value: Any) -> float:
    try:
        number = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if 0 < number < 1e14 else 0.0


def _moment(value: Any, now: datetime) -> datetime:
    """Seconds since 1970, or an ISO date with its offset; `now` for anything else."""
    seconds = _number(value)
    if 0 < seconds < 4e9:
        return datetime.fromtimestamp(seconds, UTC)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else now
    except ValueError:
        return now
    return moment if moment.tzinfo and moment.year > 2000 else now
