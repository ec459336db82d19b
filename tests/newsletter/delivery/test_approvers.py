"""«À relire»: who gets it, and what is said when it does not leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from newsletter import approving, composing, delivery
from newsletter.models import Issue
from tests import make
from tests.mailbox import Mailbox
from tests.make import NOW
from veille.cli import main
from veille.staff import accounts
from veille.staff.models import User

pytestmark = pytest.mark.django_db
SIGNED = "Essai sur cette machine."


def submit(bruno: User) -> Issue:
    return approving.submit(make.ready_issue(), bruno, comment=SIGNED, now=NOW)


def test_each_approver_gets_one_message_with_the_page_to_read(
    settings: Any, bruno: User, claire: User, denis: User, amina: User
) -> None:
    accounts.add("partie@centre.example", role="direction", actor=denis)
    accounts.close("partie@centre.example", actor=denis)
    with Mailbox() as mailbox:
        settings.SMTP_URL = mailbox.url
        issue = submit(bruno)
        assert delivery.ask_approvers(issue, bruno, comment="Avant lundi.", now=NOW) == []
        assert mailbox.counts() == {claire.email: 1, denis.email: 1}
        (mail,) = mailbox.messages(claire.email)
    assert mail["Subject"].startswith("À relire : Lettre mensuelle")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/lettres/{issue.pk}/relire" in text
    assert "Bonjour Claire" in text
    assert "Bruno vous demande" in text
    assert "Avant lundi." in text


def test_the_author_who_may_approve_is_not_written_to(
    settings: Any, claire: User, denis: User
) -> None:
    with Mailbox() as mailbox:
        settings.SMTP_URL = mailbox.url
        assert delivery.ask_approvers(submit(denis), denis, now=NOW) == []
        assert mailbox.counts() == {claire.email: 1}


def test_an_approver_the_relay_refuses_is_named_and_the_others_get_theirs(
    settings: Any, bruno: User, claire: User, denis: User
) -> None:
    with Mailbox() as mailbox:
        settings.SMTP_URL = mailbox.url
        mailbox.answers[claire.email] = "550 5.1.1 unknown"
        (problem,) = delivery.ask_approvers(submit(bruno), bruno, now=NOW)
        assert mailbox.counts() == {denis.email: 1}
    assert claire.email in problem
    assert denis.email not in problem


def test_a_relay_that_is_not_there_never_blocks_the_submission(
    settings: Any, bruno: User, claire: User, capsys: pytest.CaptureFixture[str]
) -> None:
    with Mailbox() as mailbox:
        gone = mailbox.url
    settings.SMTP_URL = gone
    issue = make.ready_issue()
    words = ["letters", "submit", str(issue.pk), "--as", bruno.email, "--comment", SIGNED]
    assert main(words) == 0
    assert f"n’est pas parti pour {claire.email}" in capsys.readouterr().err
    assert Issue.objects.get(pk=issue.pk).state == "submitted"


def test_the_page_says_that_no_relay_is_set(settings: Any, bruno: User, claire: User) -> None:
    settings.SMTP_URL = ""
    issue, client = make.ready_issue(), Client()
    client.force_login(bruno)
    path = f"/lettres/{issue.pk}/verifier"
    reasons = {f"reason:{one.key}": SIGNED for one in composing.findings(issue, NOW)}
    page = client.post(path, {"submit": "1", **reasons}, follow=True).content.decode()
    assert "n’est pas parti" in page
    assert "VIGIE_SMTP_URL" in page
    assert Issue.objects.get(pk=issue.pk).state == "submitted"
