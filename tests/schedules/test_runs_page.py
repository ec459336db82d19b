"""*Ce qui a tourné*: what people see of the clock, and what they may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from schedules import presence, runner, timetable
from schedules.jobs import JOBS, Stop
from schedules.models import Cadence, Run
from veille.staff.models import AuditEntry, User

As = Callable[[User], Client]
PAGE = "/travaux/"


def past(job: str, minutes: int, **fields: Any) -> Run:
    at = timezone.now() - timedelta(minutes=minutes)
    values = {"outcome": "done", "started": at, "finished": at + timedelta(seconds=2)} | fields
    return Run.objects.create(job=job, due=at, **values)


def plain(client: Client, url: str = PAGE) -> str:
    return client.get(url).content.decode().replace("\u00a0", " ")


def test_the_page_says_what_runs_when_and_how_it_went(elise: User, as_user: As) -> None:
    past("collect", 1, words="12 sources relevées.")
    past("propose-monthly", 60, outcome="missed", words="Prévu le 25.")
    past("deliver", 2, outcome="failed", words="Relais injoignable.", repeats=12)
    page = plain(as_user(elise))
    for text in (
        "Relever les sources", "chaque minute", "12 sources relevées.", "manqué", "Prévu le 25.",
        "le 25 de chaque mois à 8 h 00", "toutes les 10 s", "(12 fois de suite)", "2,0 s",
    ):  # fmt: skip
        assert text in page
    assert "Lancer maintenant" not in page  # Élise only reads
    assert "Enregistrer" not in page


def test_a_stopped_clock_is_told_with_what_to_type(elise: User, as_user: As) -> None:
    assert "L’horloge ne tourne pas." in plain(as_user(elise))
    presence.beat("elsewhere/1/1/1", timezone.now() - timedelta(minutes=5))
    page = plain(as_user(elise))
    assert "Dernier signe il y a 5 min" in page
    assert "vigie serve" in page
    presence.beat("elsewhere/1/1/1", timezone.now())
    assert "L’horloge tourne" in plain(as_user(elise))


def test_the_health_page_knows_whether_the_clock_ticks(db: None) -> None:
    assert Client().get("/sante/pret").json()["probes"]["clock"] is False
    presence.beat("elsewhere/1/1/1", timezone.now())
    assert Client().get("/sante/pret").json()["probes"]["clock"] is True


def test_amina_asks_for_a_run_and_the_clock_takes_it_up(amina: User, as_user: As) -> None:
    client = as_user(amina)
    assert client.get(f"{PAGE}housekeeping/lancer").status_code == 405
    answer = client.post(f"{PAGE}housekeeping/lancer", follow=True)
    assert "est demandé" in answer.content.decode()
    assert "déjà demandé" in client.post(f"{PAGE}housekeeping/lancer", follow=True).content.decode()
    now = timezone.now()
    (due,) = [due for due in runner.plan(now) if due.job.name == "housekeeping"]
    run = runner.claim(due, "elsewhere/1/1/1", now)
    assert run
    assert runner.perform(run, Stop()).outcome == "done"
    assert f"Demandé par {amina.email}." in plain(client)
    assert AuditEntry.objects.filter(actor=amina, verb="asked for job").count() == 1


def test_denis_changes_a_cadence_in_french(denis: User, as_user: As) -> None:
    client = as_user(denis)
    values = {"rule": "le 20 du mois à 10 h 30", "enabled": "on"}
    answer = client.post(f"{PAGE}propose-monthly/cadence", values, follow=True)
    assert "le 20 de chaque mois à 10 h 30" in answer.content.decode().replace("\u00a0", " ")
    assert "modifiée" in plain(client)
    client.post(f"{PAGE}propose-monthly/cadence", {"rule": ""})  # unticked: suspended
    assert "suspendu" in plain(client)
    row = Cadence.objects.get(job="propose-monthly")
    assert (row.rule, row.enabled) == ("", False)


def test_an_interval_of_any_length_is_answered(denis: User, as_user: As) -> None:
    rule = f"toutes les {'9' * 5000} min"
    answer = as_user(denis).post(f"{PAGE}collect/cadence", {"rule": rule, "enabled": "on"})
    assert answer.status_code == 422
    assert "24 h" in answer.content.decode()


def test_a_cadence_that_cannot_be_read_stays_in_the_field_with_why(
    denis: User, as_user: As
) -> None:
    answer = as_user(denis).post(f"{PAGE}collect/cadence", {"rule": "parfois", "enabled": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="parfois"' in page
    assert "n’est pas une cadence" in page
    assert not Cadence.objects.exists()


def test_only_those_who_may_do(amina: User, elise: User, as_user: As) -> None:
    assert as_user(elise).post(f"{PAGE}collect/lancer").status_code == 403
    assert as_user(amina).post(f"{PAGE}collect/cadence", {"rule": ""}).status_code == 403
    assert as_user(amina).post(f"{PAGE}nothing/lancer").status_code == 404


@pytest.mark.parametrize("rows", [10, 40])
def test_the_number_of_queries_does_not_grow_with_the_runs(
    elise: User, as_user: As, rows: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(rows):
        past(list(JOBS)[n % 4], n)
    client = as_user(elise)
    with django_assert_max_num_queries(9):
        client.get(PAGE)


def test_reading_the_page_writes_nothing(elise: User, as_user: As) -> None:
    plain(as_user(elise))
    assert not Cadence.objects.exists()
    assert timetable.lines(timezone.now())[0].enabled
