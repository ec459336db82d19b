"""Submit, approve, return: bound to one hash, by two people, voided by any edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from newsletter import approving, composing
from newsletter.models import Issue, Series
from tests import make
from tests.make import NOW
from veille.exceptions import BadInput, Conflict, Refused
from veille.models import Centre
from veille.staff import accounts
from veille.staff.models import AuditEntry, User
from veille.staff.sign_in import one_time_link

SIGNED = "Essai sur cette machine."


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    """Pages look at the clock; the letter of these tests is of November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def issue(db: None) -> Issue:
    return make.ready_issue()


def submit(issue: Issue, actor: User) -> Issue:
    return approving.submit(issue, actor, comment=SIGNED, now=NOW)


def test_submitting_freezes_the_letter_and_its_hash(issue: Issue, bruno: User) -> None:
    row = submit(issue, bruno)
    assert (row.state, row.submitted_by, row.submitted_at) == ("submitted", bruno, NOW)
    assert row.frozen_subject == issue.subject
    assert "épisode 1" in row.frozen_html
    assert "épisode 1" in row.frozen_text
    assert row.frozen_content is not None
    assert row.frozen_engine.startswith("mjml-python")
    assert composing.letter(row, NOW).sha256 == row.sha256 != ""


def test_what_is_frozen_does_not_follow_the_centre_s_settings(issue: Issue, bruno: User) -> None:
    row = submit(issue, bruno)
    Centre.objects.update(name="Un autre nom", accent="#112233")
    assert composing.letter(Issue.objects.get(pk=issue.pk), NOW).html == row.frozen_html


def test_an_error_blocks_and_freezes_nothing(issue: Issue, bruno: User) -> None:
    Series.objects.update(sender_address="")
    with pytest.raises(Refused, match="bloque"):
        submit(issue, bruno)
    issue.refresh_from_db()
    assert (issue.state, issue.sha256) == ("draft", "")


def test_a_warning_asks_for_a_reason_that_is_kept(issue: Issue, bruno: User) -> None:
    with pytest.raises(Refused, match="attend une raison"):
        approving.submit(issue, bruno, now=NOW)
    keys = [f.key for f in composing.findings(issue, NOW)]
    reasons = dict.fromkeys(keys, "Voulu.")
    row = approving.submit(issue, bruno, reasons=reasons, now=NOW)
    assert row.accepted_warnings == reasons
    assert AuditEntry.objects.get(verb="issue.submit").detail["accepted_warnings"] == reasons


def test_a_reason_is_kept_before_submission_and_can_be_withdrawn(issue: Issue, bruno: User) -> None:
    row = approving.accept(issue, {"L409:x": "Oui."}, bruno, now=NOW)
    assert row.accepted_warnings == {"L409:x": "Oui."}
    assert approving.accept(issue, {"L409:x": " "}, bruno, now=NOW).accepted_warnings == {}


def test_another_person_approves_the_hash_they_read(
    issue: Issue, bruno: User, claire: User
) -> None:
    row = submit(issue, bruno)
    with pytest.raises(Conflict, match="a changé depuis"):
        approving.approve(row, claire, sha256="0" * 64, now=NOW)
    with pytest.raises(Conflict):
        approving.approve(row, claire, sha256="", now=NOW)
    done = approving.approve(row, claire, sha256=row.sha256, now=NOW)
    assert (done.state, done.approved_by) == ("approved", claire)


def test_frozen_bytes_that_were_touched_are_not_approved(
    issue: Issue, bruno: User, claire: User
) -> None:
    row = submit(issue, bruno)
    Issue.objects.filter(pk=row.pk).update(frozen_html=row.frozen_html.replace("quartiers", "x"))
    with pytest.raises(Conflict):
        approving.approve(row, claire, sha256=row.sha256, now=NOW)
    assert "P102" in [f.id for f in composing.findings(Issue.objects.get(pk=row.pk), NOW)]


def test_one_does_not_approve_what_one_submitted_unless_the_letter_allows_it(
    issue: Issue, claire: User
) -> None:
    row = submit(issue, claire)
    with pytest.raises(Refused, match="une autre personne"):
        approving.approve(row, claire, sha256=row.sha256, now=NOW)
    Series.objects.update(same_person_may_approve=True)
    assert approving.approve(row, claire, sha256=row.sha256, now=NOW).state == "approved"


def test_amina_may_not_submit_and_bruno_may_not_approve(
    issue: Issue, amina: User, bruno: User, claire: User
) -> None:
    with pytest.raises(Refused, match="n’a pas le droit"):
        submit(issue, amina)
    row = submit(issue, claire)
    with pytest.raises(Refused, match="n’a pas le droit"):
        approving.approve(row, bruno, sha256=row.sha256, now=NOW)
    with pytest.raises(Refused, match="n’a pas le droit"):
        approving.give_back(row, bruno, "non", now=NOW)


def test_an_edit_after_approval_needs_a_new_one(issue: Issue, bruno: User, claire: User) -> None:
    row = submit(issue, bruno)
    approving.approve(row, claire, sha256=row.sha256, now=NOW)
    composing.edit_issue(issue, {"preheader": "Une autre accroche assez longue pour ce numéro"},
                         bruno, now=NOW)  # fmt: skip
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by, issue.sha256) == ("draft", None, "")
    with pytest.raises(Refused, match="n’attend pas"):
        approving.approve(issue, claire, sha256=row.sha256, now=NOW)


def test_a_returned_issue_is_a_draft_with_the_comment(
    issue: Issue, bruno: User, claire: User
) -> None:
    row = submit(issue, bruno)
    with pytest.raises(BadInput, match="commentaire est vide"):
        approving.give_back(row, claire, "  ", now=NOW)
    back = approving.give_back(row, claire, "Raccourcir l’édito.", now=NOW)
    assert (back.state, back.return_comment, back.sha256) == ("draft", "Raccourcir l’édito.", "")
    assert back.version == row.version + 1
    assert submit(back, bruno).return_comment == ""


def test_a_person_submits_the_version_they_saw(issue: Issue, bruno: User, claire: User) -> None:
    composing.edit_issue(issue, {"edito": "Autre."}, claire, now=NOW)
    with pytest.raises(Conflict, match="Claire a modifié"):
        approving.submit(issue, bruno, comment=SIGNED, now=NOW, version=issue.version)


def test_the_approver_s_page_approves_and_returns(
    issue: Issue, bruno: User, claire: User, as_user: Callable[[User], Client]
) -> None:
    row = submit(issue, bruno)
    page = as_user(claire).get(f"/lettres/{issue.pk}/relire").content.decode()
    assert "Approuver cet envoi" in page
    assert row.sha256 in page
    answer = as_user(claire).post(f"/lettres/{issue.pk}/relire", {"return": "1", "comment": ""})
    assert answer.status_code == 422
    assert "commentaire est vide" in answer.content.decode()
    answer = as_user(claire).post(
        f"/lettres/{issue.pk}/relire", {"approve": "1", "sha256": row.sha256}
    )
    assert answer.status_code == 302
    issue.refresh_from_db()
    assert issue.state == "approved"


def test_what_changed_since_the_last_submission_is_shown(
    issue: Issue, bruno: User, claire: User, as_user: Callable[[User], Client]
) -> None:
    approving.give_back(submit(issue, bruno), claire, "Revoir le titre.", now=NOW)
    entry = issue.entries.order_by("position")[1]
    composing.edit_entry(entry, {"title": "Un titre tout neuf"}, bruno, now=NOW)
    submit(issue, bruno)
    page = as_user(claire).get(f"/lettres/{issue.pk}/relire").content.decode()
    assert "Ce qui a changé" in page
    assert "Un titre tout neuf" in page


def test_the_check_page_keeps_reasons_and_submits(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, address = as_user(bruno), f"/lettres/{issue.pk}/verifier"
    assert "1\u00a0avertissement" in client.get(address).content.decode()
    refused = client.post(address, {"submit": "1"})
    assert refused.status_code == 422
    key = composing.findings(issue, NOW)[0].key
    done = client.post(address, {"submit": "1", f"reason:{key}": SIGNED, "version": "0"})
    assert done.headers["Location"] == f"/lettres/{issue.pk}/relire"
    issue.refresh_from_db()
    assert (issue.state, issue.accepted_warnings) == ("submitted", {key: SIGNED})


def choose_password(link: str) -> None:
    words = {"new_password1": "un mot de passe long", "new_password2": "un mot de passe long"}
    assert Client().post(urlsplit(link).path, words).status_code == 302


def test_an_account_entered_by_the_submitter_s_link_does_not_approve(
    issue: Issue, denis: User, claire: User
) -> None:
    choose_password(accounts.new_link(claire.email, actor=denis))
    claire.refresh_from_db()
    row = submit(issue, denis)
    with pytest.raises(Refused, match=r"Quatre yeux.*Denis.*une autre personne"):
        approving.approve(row, claire, sha256=row.sha256, now=NOW)
    # A link of another administrator mends it; one that Denis makes and nobody uses changes nothing
    other = User.objects.create_user("odile@centre.example", "administrateur", name="Odile")
    choose_password(accounts.new_link(claire.email, actor=other))
    accounts.new_link(claire.email, actor=denis)
    claire.refresh_from_db()
    assert approving.approve(row, claire, sha256=row.sha256, now=NOW).state == "approved"


def test_nor_by_a_link_of_whoever_edited_last(
    issue: Issue, bruno: User, denis: User, claire: User
) -> None:
    choose_password(accounts.new_link(claire.email, actor=denis))
    composing.edit_issue(issue, {"edito": "De Denis."}, denis, now=NOW)
    row = submit(issue, bruno)
    with pytest.raises(Refused, match="Quatre yeux"):
        approving.approve(row, claire, sha256=row.sha256, now=NOW)


def test_the_link_that_came_with_the_account_is_no_obstacle(issue: Issue, denis: User) -> None:
    approver = accounts.add("odile@centre.example", role="direction", actor=denis)
    choose_password(one_time_link(approver))
    row = submit(issue, denis)
    assert approving.approve(row, approver, sha256=row.sha256, now=NOW).state == "approved"


def test_that_of_a_reopening_is_one(issue: Issue, denis: User, claire: User) -> None:
    accounts.close(claire.email, actor=denis)
    approver = accounts.add(claire.email, role="direction", actor=denis)
    choose_password(one_time_link(approver))
    row = submit(issue, denis)
    with pytest.raises(Refused, match="Quatre yeux"):
        approving.approve(row, approver, sha256=row.sha256, now=NOW)
