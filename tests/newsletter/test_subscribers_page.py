"""The readers' list and page, as Bruno uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.models import Series, Subscriber, Subscription
from tests import make
from veille.staff.models import User

pytestmark = pytest.mark.django_db
PATH = "/lettres/abonnes"


@pytest.fixture
def client(bruno: User, as_user: Callable[[User], Client]) -> Client:
    return as_user(bruno)


@pytest.fixture
def monthly() -> Series:
    return make.series()


def shown(client: Client, **query: str) -> str:
    return client.get(PATH, query).content.decode()


def test_an_empty_list_says_the_next_step(client: Client, monthly: Series) -> None:
    body = shown(client)
    assert "Importer un fichier" in body
    assert "Personne n’est encore abonné" in body


def test_bruno_finds_people_by_word_letter_and_state(client: Client, monthly: Series) -> None:
    thematic = make.series("thematic", name="Dossiers")
    make.subscriber("anne@lille.example", to=monthly, organisation="Ville de Lille")
    make.subscriber("paul@dunkerque.example", to=thematic, name="Paul Martin")
    parted = make.subscriber("parti@exemple.example", to=monthly)
    Subscription.objects.filter(subscriber=parted).update(state="left")
    assert "anne@lille" in shown(client, q="ville LILLE")
    assert "paul@" not in shown(client, q="ville lille")
    assert "paul@" in shown(client, letter="thematic")
    assert "anne@" not in shown(client, letter="thematic")
    body = shown(client, letter="monthly", state="left")
    assert "parti@" in body
    assert "anne@" not in body
    assert "Personne ne correspond" in shown(client, q="zzz")
    assert "3\u00a0personnes" in shown(client)


def test_bruno_adds_a_reader_and_a_mistake_loses_nothing(client: Client, monthly: Series) -> None:
    form = {"email": "faux", "letter": "monthly", "proof": "demande", "name": "Anne"}
    wrong = client.post(f"{PATH}/ajouter", form)
    assert wrong.status_code == 422
    body = wrong.content.decode()
    assert 'value="faux"' in body
    assert 'value="Anne"' in body
    assert "n’est pas une adresse" in body
    assert client.post(f"{PATH}/ajouter", form | {"email": "anne@lille.example"}).status_code == 302
    assert Subscriber.objects.get().name == "Anne"


def test_bruno_imports_and_reads_which_lines_were_refused(client: Client, monthly: Series) -> None:
    file = SimpleUploadedFile("liste.csv", b"email\na@exemple.example\nfaux\n")
    form = {"letter": "monthly", "proof": "Brevo", "file": file}
    body = client.post(f"{PATH}/importer", form).content.decode()
    assert "1\u00a0personne ajoutée" in body
    assert "<td>3</td>" in body
    missing = client.post(f"{PATH}/importer", {"letter": "monthly", "proof": "Brevo"})
    assert missing.status_code == 422
    assert "Brevo" in missing.content.decode()


def test_bruno_takes_the_list_out(client: Client, monthly: Series) -> None:
    make.subscriber("=1@exemple.example", to=monthly)
    answer = client.post(f"{PATH}/exporter", {"letter": ""})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "'=1@exemple.example" in answer.content.decode()
    assert client.get(f"{PATH}/exporter").status_code == 405


def test_one_reader_can_be_unsubscribed_then_erased(client: Client, monthly: Series) -> None:
    reader = make.subscriber("anne@lille.example", to=monthly)
    path = f"{PATH}/{reader.pk}"
    assert "anne@lille.example" in client.get(path).content.decode()
    client.post(f"{path}/desabonner", {"letter": "monthly"})
    body = client.get(path).content.decode()
    assert "parti·e le" in body
    assert "a quitté" in body
    client.post(f"{path}/effacer")
    assert Subscriber.objects.exists()
    client.post(f"{path}/effacer", {"sure": "1"})
    assert not Subscriber.objects.exists()
    assert client.get(path).status_code == 404


def test_the_list_costs_the_same_for_ten_and_twenty_readers(
    client: Client, monthly: Series, django_assert_max_num_queries: Any
) -> None:
    for _ in range(2):
        for _ in range(10):
            make.subscriber(to=monthly)
        with django_assert_max_num_queries(10):
            shown(client)
