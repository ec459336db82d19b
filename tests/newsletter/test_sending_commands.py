"""`vigie letters send…` and `vigie subscribers…`: keys, exit codes, words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter import delivery
from newsletter.models import Issue, Subscriber, Subscription
from newsletter.providers import Answer
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import LEDGER
from tests import make
from veille.cli import main
from veille.staff.models import User

pytestmark = pytest.mark.django_db
STATUS = {
    "state", "sha256", "audience", "planned", "claimed", "handed", "accepted", "refused",
    "deferred", "in_doubt", "suppressed", "provider",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    MemoryRelay.clear()


@pytest.fixture
def issue() -> Issue:
    return make.approved_issue(subscribers=3)


class Vigie:
    """`vigie(…)` runs a command; `.told` is its JSON, `.err` its stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.told: Any = None
        self.out = self.err = ""

    def __call__(self, *words: object) -> int:
        code = main([str(word) for word in words])
        self.out, self.err = self.capsys.readouterr()
        self.told = json.loads(self.out) if "--json" in words and self.out else None
        return code


@pytest.fixture
def vigie(capsys: pytest.CaptureFixture[str]) -> Vigie:
    return Vigie(capsys)


def test_send_delivers_and_status_adds_up(vigie: Vigie, issue: Issue) -> None:
    assert vigie("letters", "send", issue.pk, "--json") == 0
    assert set(vigie.told) >= STATUS
    assert (vigie.told["state"], vigie.told["accepted"]) == ("sent", 3)
    assert vigie("letters", "status", issue.pk, "--json") == 0
    assert sum(vigie.told[name] for name in LEDGER) == vigie.told["audience"] == 3
    assert vigie("letters", "send", issue.pk) == 1
    assert "déjà" in vigie.err
    assert vigie("letters", "status", issue.pk) == 0
    assert "accepté : 3" in vigie.out


def test_schedule_reads_the_time_as_paris_time_and_can_be_cancelled(
    vigie: Vigie, issue: Issue
) -> None:
    assert vigie("letters", "schedule", issue.pk, "--at", "2099-07-01 09:00", "--json") == 0
    assert vigie.told["state"] == "scheduled"
    assert vigie.told["send_at"].startswith("2099-07-01 07:00")
    assert vigie("letters", "cancel", issue.pk, "--json") == 0
    assert vigie.told["state"] == "approved"
    assert vigie("letters", "schedule", issue.pk, "--at", "demain") == 1
    assert "2026-12-01 09:00" in vigie.err


def test_a_broken_relay_exits_1_and_resume_waits_for_the_service(
    vigie: Vigie, issue: Issue
) -> None:
    MemoryRelay.script = staticmethod(lambda out: Answer("broken", 535, "5.7.8 no"))
    assert vigie("letters", "send", issue.pk, "--json") == 1
    assert vigie.told["state"] == "paused"
    assert vigie("letters", "resume", issue.pk, "--json") == 0
    assert vigie.told["state"] == "sending"
    assert vigie("letters", "pause", issue.pk, "--json") == 0
    assert vigie.told["planned"] == 3


def test_retry_names_who_decides(vigie: Vigie, issue: Issue, bruno: User) -> None:
    MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt"))
    delivery.send_now(issue, bruno, make.NOW)
    delivery.deliver_due(make.NOW)
    words = ("letters", "retry", issue.pk, "--in-doubt", "--as", bruno.email, "--json")
    assert vigie(*words) == 0
    assert vigie.told["planned"] == 3
    with pytest.raises(SystemExit) as ended:
        vigie("letters", "retry", issue.pk, "--in-doubt")
    assert ended.value.code == 2


def test_a_test_goes_out_and_an_unknown_issue_is_told(vigie: Vigie, issue: Issue) -> None:
    assert vigie("letters", "test", issue.pk, "--to", "moi@exemple.example", "--json") == 0
    assert vigie.told["sha256"] == issue.sha256
    assert vigie("letters", "status", 999) == 1
    assert "Aucun numéro 999" in vigie.err


def test_readers_are_added_imported_exported_and_erased(vigie: Vigie, tmp_path: Path) -> None:
    make.series()
    add = ("subscribers", "add", "a@exemple.example", "--letter", "monthly", "--json")
    assert vigie(*add) == 0
    assert vigie.told == {"added": 1, "already": 0, "suppressed": 0, "refused": []}
    assert vigie(*add) == 0
    assert vigie.told["already"] == 1
    file = tmp_path / "liste.csv"
    file.write_text("courriel;nom\nb@exemple.example;Élise\nfaux;\n", encoding="cp1252")
    load = ("subscribers", "import", file, "--letter", "monthly", "--proof", "Brevo", "--json")
    assert vigie(*load) == 0
    assert vigie.told["added"] == 1
    assert vigie.told["refused"][0]["line"] == 3
    assert vigie("subscribers", "export") == 0
    assert "b@exemple.example;Élise" in vigie.out
    assert vigie("subscribers", "export", "--json") == 0
    assert [row["email"] for row in vigie.told] == ["a@exemple.example", "b@exemple.example"]
    assert vigie("subscribers", "erase", "b@exemple.example", "--json") == 0
    assert vigie.told == {"erased": True, "subscriptions": 1}
    assert vigie("subscribers", "erase", "b@exemple.example") == 1
    assert vigie("subscribers", "add", "c@exemple.example", "--letter", "nulle") == 1
    assert "Connues : monthly" in vigie.err
    assert Subscriber.objects.count() == Subscription.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "--at", "2099-12-01 09:00"), ("send", "--no-wait"), ("pause",), ("resume",),
        ("cancel",), ("test", "--to", "elise@centre.example"), ("retry", "--in-doubt"),
        ("edit", "--subject", "Un autre objet"), ("submit",), ("approve",),
        ("return", "--comment", "À revoir"),
    ],
)  # fmt: skip
def test_a_command_in_someone_s_name_does_what_their_role_allows(
    words: tuple[str, ...], vigie: Vigie, issue: Issue, elise: User
) -> None:
    name, *rest = words
    assert vigie("letters", name, issue.pk, *rest, "--as", elise.email) == 1
    assert "n’a pas le droit" in vigie.err
    assert "Lecture seule" in vigie.err
    assert Issue.objects.get(pk=issue.pk).state == "approved"
    assert not MemoryRelay.sent


def test_readers_are_not_for_every_role(vigie: Vigie, issue: Issue, amina: User) -> None:
    start = Subscription.objects.count()
    address = Subscriber.objects.values_list("email", flat=True)[0]
    for words in (
        ("add", "maire@exemple.example", "--letter", "monthly"), ("export",), ("erase", address),
    ):  # fmt: skip
        assert vigie("subscribers", *words, "--as", amina.email) == 1
        assert "n’a pas le droit" in vigie.err
        assert vigie.out == ""
    assert Subscription.objects.count() == start


def test_what_is_erased_is_counted_in_french(vigie: Vigie, issue: Issue) -> None:
    address = Subscriber.objects.values_list("email", flat=True)[0]
    assert vigie("subscribers", "erase", address) == 0
    assert "(1\u00a0abonnement)" in vigie.out
