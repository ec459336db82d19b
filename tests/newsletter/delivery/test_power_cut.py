"""The machine goes down in the middle of a sending: what looks claimed may have left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter import delivery
from newsletter.delivery import workers
from newsletter.models import Delivery, Issue
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import lines, status
from tests import make
from tests.make import NOW
from tests.newsletter.delivery.seen import sent_to, told
from veille import processes
from veille.staff.models import User

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=3)


class _AfterThree:
    def is_set(self) -> bool:
        return len(MemoryRelay.sent) >= 3


def _of_boot(boot: str) -> str:
    """A worker of this machine, of a process that ended, in that boot."""
    place, _, began, mark = workers.identity().split("|")
    return f"{place.rpartition(':')[0]}:{boot}|999999|{began}|{mark}"


def _interrupted(bruno: User, worker: str) -> Issue:
    """Three of ten got the letter; one was handed over and two were claimed by `worker`."""
    issue = make.approved_issue(subscribers=10)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW, stop=_AfterThree())
    left = list(Delivery.objects.filter(state="planned").order_by("pk")[:3])
    for line, state in zip(left, ("handed", "claimed", "claimed"), strict=True):
        values = {"state": state, "worker": worker, "lease_until": NOW + timedelta(minutes=15)}
        Delivery.objects.filter(pk=line.pk).update(**values)
    return issue


def test_after_a_power_cut_what_was_claimed_is_in_doubt_and_the_rest_leaves(
    bruno: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_machine", lambda: "cafe0123")
    issue = _interrupted(bruno, _of_boot("0ldb0070"))
    delivery.deliver_due(SOON)
    assert told(issue) == {"accepted": 7, "in_doubt": 3}
    assert set(sent_to().values()) == {1}
    assert len(sent_to()) == 7
    assert "la machine s’est arrêtée pendant l’envoi" in {
        line.why for line in lines(issue, "in_doubt")
    }
    delivery.retry(issue, bruno, "in_doubt", SOON)
    delivery.deliver_due(SOON)
    assert told(issue) == {"accepted": 10}
    assert status(issue)["state"] == "sent"


def test_what_a_dead_process_of_the_same_boot_had_claimed_leaves(bruno: User) -> None:
    issue = _interrupted(bruno, _of_boot(workers.identity().split("|")[0].rpartition(":")[2]))
    delivery.deliver_due(SOON)
    assert told(issue) == {"accepted": 9, "in_doubt": 1}


def test_a_machine_known_by_its_name_alone_is_waited_for_until_its_lease_ends(
    bruno: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_machine", lambda: processes.UNKNOWN)
    issue = _interrupted(bruno, _of_boot("0ldb0070"))
    delivery.deliver_due(SOON)
    assert told(issue) == {"accepted": 7, "claimed": 2, "handed": 1}
    delivery.deliver_due(NOW + timedelta(minutes=16))
    assert told(issue) == {"accepted": 7, "in_doubt": 3}


def test_a_boot_tells_the_same_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_machine", lambda: "cafe0123")
    own = workers.identity()
    assert len(own) <= 90
    assert not workers.rebooted(own)
    assert workers.rebooted(_of_boot("0ldb0070"))
    assert workers.is_dead(_of_boot("0ldb0070"))
    elsewhere = _of_boot("0ldb0070").replace("cafe0123", "beef0123")
    assert not workers.rebooted(elsewhere)
    assert not workers.is_dead(elsewhere)
    assert not workers.rebooted(_of_boot(processes.UNKNOWN))
