"""«À relire»: the message to those who may approve, once an issue was submitted.

By the service's own relay (VIGIE_SMTP_URL), whatever provider the letter itself goes by. Called
after the submission is stored: a relay that does not answer never undoes it.
"""

from __future__ import annotations

import email.policy
import logging
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.urls import reverse

from newsletter import mime
from newsletter.delivery.messages import options, snapshot
from newsletter.models import Issue
from newsletter.providers import Outgoing, load
from newsletter.rendering import messages
from veille.exceptions import VigieError
from veille.models import Centre
from veille.staff.models import User
from veille.staff.roles import APPROVE, can

log = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds for connecting and each command: the person who submits is waiting
FINAL_TIMEOUT = 30.0
POLICY = email.policy.SMTP.clone(cte_type="7bit")


def ask_approvers(issue: Issue, author: User, *, comment: str = "", now: datetime) -> list[str]:
    """Writes to every open account that may approve, but the author; each gets one message.

    Gives what went wrong, as French sentences for the author (empty: all left). Never raises for
    the relay, its settings or the message.
    """
    people = [user for user in User.objects.order_by("pk") if can(user, APPROVE) and user != author]
    if not people:
        return ["Personne d’autre ne peut approuver : ouvrez un compte de direction."]
    try:
        return _send([_message(issue, author, one, comment, now) for one in people])
    except VigieError as error:
        log.warning("issue %s: approvers not told: %s", issue.pk, error)
        return [f"Le message « à relire » n’est pas parti : {error} Prévenez qui relit."]


def _send(ready: list[Outgoing]) -> list[str]:
    wrong: list[str] = []
    timeouts = {"timeout": TIMEOUT, "final_timeout": FINAL_TIMEOUT}
    with load("smtp", {**options("smtp"), **timeouts}) as relay:
        for number, message in enumerate(ready):
            answer = relay.carry(message, lambda: None)
            if answer.state == "accepted":
                continue
            log.warning("approver not told: %s %s", answer.state, answer.reply)
            broken = answer.state == "broken"  # the relay itself: the others would fail as well
            names = [one.recipient for one in ready[number:]] if broken else [message.recipient]
            wrong.append(
                f"Le message « à relire » n’est pas parti pour {', '.join(names)} : prévenez-les."
            )
            if broken:
                break
    return wrong


def _message(issue: Issue, author: User, to: User, comment: str, now: datetime) -> Outgoing:
    centre = Centre.current().name
    made = messages.message(
        "relecture", centre_templates=settings.DATA / "templates", centre=centre, name=str(to),
        author=str(author), issue=str(issue), letter_subject=issue.frozen_subject, comment=comment,
        url=f"{settings.PUBLIC_URL}{reverse('newsletter:review', args=[issue.pk])}",
    )  # fmt: skip
    sender = snapshot(issue)["sender"]
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(mime.clean(centre), addr_spec=sender)
    mail["To"] = Address(addr_spec=to.email)
    mail["Subject"] = mime.clean(made.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(made.text)
    mail.add_alternative(made.html, subtype="html")
    return Outgoing(sender, to.email, mail.as_bytes())
