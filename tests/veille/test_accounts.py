"""Accounts: opened with a one-time link, closed, never the last administrator."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from veille.cli import main
from veille.exceptions import Refused
from veille.staff import accounts
from veille.staff.models import AuditEntry, User

AsUser = Callable[[User], Client]


def test_denis_opens_an_account_and_sees_its_link_once(denis: User, as_user: AsUser) -> None:
    client = as_user(denis)
    answer = client.post("/comptes", {"email": "Nour@centre.example", "role": "veilleur"})
    assert "/compte/lien/" in answer.content.decode()
    assert "/compte/lien/" not in client.get("/comptes").content.decode()
    assert User.objects.get(email="nour@centre.example").role == "veilleur"


def test_a_bad_address_is_told_and_kept_in_the_form(denis: User, as_user: AsUser) -> None:
    answer = as_user(denis).post("/comptes", {"email": "nour@", "role": "veilleur"})
    assert answer.status_code == 422
    assert "n’est pas une adresse" in answer.content.decode()
    assert 'value="nour@"' in answer.content.decode()


def test_the_last_administrator_stays(denis: User) -> None:
    with pytest.raises(Refused, match="dernier compte"):
        accounts.close(denis.email, actor=denis)
    with pytest.raises(Refused, match="dernier compte"):
        accounts.set_role(denis.email, "lecture", actor=denis)


def test_a_closed_account_enters_no_more_and_may_be_opened_again(denis: User, amina: User) -> None:
    accounts.close(amina.email, actor=denis)
    amina.refresh_from_db()
    assert not amina.is_active
    assert accounts.add(amina.email, role="lecture", actor=denis).pk == amina.pk


def test_the_command_line_opens_lists_and_closes(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["staff", "add", "nour@centre.example", "--role", "direction", "--json"]) == 0
    (account,) = json.loads(capsys.readouterr().out)
    assert account["role"] == "direction"
    assert account["link"].startswith("http://127.0.0.1:8000/compte/lien/")
    assert main(["staff", "add", "nour@centre.example", "--role", "direction"]) == 1
    assert "a déjà un compte" in capsys.readouterr().err
    assert main(["staff", "remove", "nour@centre.example", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["active"] is False
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {
        "opened account",
        "closed account",
    }


def test_a_link_made_for_somebody_is_in_the_trail(
    denis: User, amina: User, as_user: AsUser
) -> None:
    """Whoever makes a colleague's link could use it: the trail says who did."""
    answer = as_user(denis).post(f"/comptes/{amina.pk}", {"act": "link"})
    assert "/compte/lien/" in answer.content.decode()
    made = AuditEntry.objects.get(verb="made a link for")
    assert (made.actor, made.subject) == (denis, amina.email)
