"""What leaves: the frozen bytes of an issue, stamped once, and the relay that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from newsletter.addresses import normalise
from newsletter.exceptions import NotConfigured, ProviderError
from newsletter.letter import Address, Letter
from newsletter.mime import Press, Recipient, Stamp
from newsletter.models import Delivery, Issue, Mailing
from newsletter.models.subscriber import address_digest
from newsletter.providers import Answer, Outgoing, Relay, load
from newsletter.reader_links import prefix, token
from newsletter.reporting import reason
from newsletter.tokens import PREFERENCES, UNSUBSCRIBE, WIDTH, mark
from veille.exceptions import Refused
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SEND, demand


def options(name: str) -> Mapping[str, Any]:
    """What the relay called `name` needs of the settings, as plain values."""
    if name == "smtp":
        return {"url": settings.SMTP_URL, "hostname": _said_name()}
    if name == "folder":
        return {"path": str(settings.DATA / "envois")}
    return {}


def _said_name() -> str:
    """Our name in EHLO: the public host, or an address literal (RFC 5321 4.1.3)."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    try:
        return f"[{ip_address(host)}]"
    except ValueError:
        return host


def relay(name: str) -> Relay:
    """The configured relay; NotConfigured says which variable to set."""
    return load(name, options(name))


def provider_label(name: str) -> str:
    """How people call it; the plain name when it is unknown or not configured."""
    try:
        return relay(name).label
    except NotConfigured:
        return f"{name} (non configuré)"


def frozen(issue: Issue) -> Letter:
    """The letter as it was submitted and approved. Refused when its bytes are not those."""
    letter = Letter(
        subject=issue.frozen_subject,
        preheader=issue.preheader,
        html=issue.frozen_html,
        text=issue.frozen_text,
        engine=issue.frozen_engine,
    )
    if not issue.sha256 or letter.sha256 != issue.sha256:
        raise Refused("Le contenu n’est plus celui qui a été approuvé : faites-le relire.")
    return letter


def snapshot(issue: Issue) -> dict[str, str]:
    """The sender as the letter is configured now, for the mailing's own columns.

    Raises NotConfigured when the sender address is missing or none.
    """
    series = issue.series
    if not series.sender_address:
        raise NotConfigured(f"« {series.name} » n’a pas d’adresse d’expédition : réglez-la.")
    sender = normalise(series.sender_address)
    return {
        "provider": series.provider,
        "sha256": issue.sha256,
        "sender": sender,
        "sender_name": series.sender_name,
        "reply_to": series.reply_to or sender,
        "list_id": series.list_id or f"{series.pk}.{sender.partition('@')[2]}",
    }


def press(mailing: Mailing, issue: Issue, at: datetime) -> Press:
    """The mailing's message ready to be filled in. `at` becomes its Date."""
    return Press(frozen(issue), _stamp(mailing, issue, at))


def _stamp(mailing: Mailing, issue: Issue, at: datetime) -> Stamp:
    # Feedback-ID: issue, letter, product, then the stable sender part that mailbox providers
    # aggregate on. Never a person (law: no personal identifier outside the way out).
    domain = mailing.sender.partition("@")[2]
    return Stamp(
        sender=Address(mailing.sender, mailing.sender_name),
        reply_to=mailing.reply_to,
        list_id=mailing.list_id,
        list_name=issue.series.name,
        feedback_id=f"{issue.pk}:{issue.series_id}:vigie:{domain.replace('.', '-')[:15]}",
        date=at,
        unsubscribe_url=prefix(UNSUBSCRIBE),
        preferences_url=prefix(PREFERENCES),
    )


def message_id(mailing: Mailing, address: str) -> str:
    """The one Message-ID of this mailing to this address: a second copy can be recognised."""
    name = mark(settings.SECRET_KEY, "message-id", str(mailing.key), address)
    return f"<{mailing.key.hex}.{name}@{mailing.sender.partition('@')[2]}>"


def outgoing(ready: Press, mailing: Mailing, line: Delivery) -> Outgoing:
    """The message of one line. The line has a subscription: claiming saw to it."""
    number = line.subscription_id or 0
    to = Recipient(
        line.address,
        line.message_id,
        token(UNSUBSCRIBE, number, line.address),
        token(PREFERENCES, number, line.address),
    )
    return Outgoing(mailing.sender, line.address, ready.message(to))


def sample(issue: Issue, to: str, letter: Letter, now: datetime) -> Outgoing:
    """One message of `letter` to `to`, outside the ledger; its personal links lead nowhere.

    Raises BadInput for the address, NotConfigured when the letter has no sender.
    """
    address = normalise(to)
    mailing = Mailing(issue=issue, send_at=now, **snapshot(issue))
    ready = Press(letter, _stamp(mailing, issue, now))
    mark_ = mark(settings.SECRET_KEY, "test", address_digest(address), now.isoformat())
    domain = mailing.sender.partition("@")[2]
    recipient = Recipient(address, f"<essai.{mark_}@{domain}>", "0" * WIDTH, "0" * WIDTH)
    return Outgoing(mailing.sender, address, ready.message(recipient))


def send_test(issue: Issue, to: str, actor: User | None, letter: Letter, now: datetime) -> None:
    """Sends one copy marked «[Essai]» to `to`, outside the ledger; its personal links lead nowhere.

    `letter` is what to show (a draft is rendered by the caller). Raises BadInput for the address,
    NotConfigured for the sender or relay, ProviderError when the relay did not take it.
    """
    demand(actor, SEND, "envoyer un essai")
    shown = Letter(f"[Essai] {letter.subject}", letter.preheader, letter.html, letter.text, "")
    message = sample(issue, to, shown, now)
    record(actor, "sent a test", str(issue), sha256=letter.sha256)
    with relay(issue.series.provider) as open_relay:
        answer: Answer = open_relay.carry(message, lambda: None)
    if answer.state != "accepted":
        why = reason(answer.code, answer.reply)
        raise ProviderError(f"L’essai n’est pas parti : {why}", permanent=False, code=answer.code)
