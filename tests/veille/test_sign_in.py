"""Signing in: by password, by one-time link, and the brake on guessing."""

from __future__ import annotations

from django.test import Client

from veille.staff.models import AuditEntry, User
from veille.staff.sign_in import one_time_link


def test_a_one_time_link_sets_a_password_once(amina: User) -> None:
    path = one_time_link(amina).split("8000", 1)[1]
    words = {
        "new_password1": "une phrase longue et sûre",
        "new_password2": "une phrase longue et sûre",
    }
    assert Client().get(path).status_code == 200
    assert Client().post(path, words).status_code == 302
    again = Client().post(path, words)
    assert again.status_code == 422
    assert "déjà servi" in again.content.decode()


def test_a_wrong_password_is_told_and_guessing_is_slowed(amina: User) -> None:
    amina.set_password("une phrase longue et sûre")
    amina.save()
    client = Client()
    for _ in range(10):
        answer = client.post("/compte/connexion", {"email": amina.email, "password": "non"})
        assert answer.status_code == 422
    right = {"email": amina.email, "password": "une phrase longue et sûre"}
    assert "Trop d’essais" in client.post("/compte/connexion", right).content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/compte/connexion", right).status_code == 302


def test_farid_is_sent_to_the_door(db: None) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/compte/connexion")


def test_amina_may_read_her_screens_in_english_and_a_browser_never_decides(amina: User) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(amina)
    assert "Aller au contenu" in client.get("/").content.decode()
    assert client.post("/compte/langue", {"language": "en"}).status_code == 302
    assert "Skip to content" in client.get("/").content.decode()


def test_tries_while_braked_do_not_prolong_the_brake(amina: User) -> None:
    client = Client()
    for _ in range(14):
        client.post("/compte/connexion", {"email": amina.email, "password": "non"})
    assert AuditEntry.objects.filter(verb="sign-in refused").count() == 10


def test_an_odd_link_is_an_old_link(db: None) -> None:
    assert Client().get("/compte/lien/\u00b2-x").status_code == 422
