"""What providers post: proved, bounded, kept at once, read later."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from newsletter import events
from newsletter.events import doors
from newsletter.events.payloads import READERS
from newsletter.models import Arrival, Delivery, Event, Issue, Mailing, Suppression
from tests.newsletter.events.conftest import LATER, body, brevo
from veille.cli import main
from veille.exceptions import BadInput

Line = Callable[[int], Delivery]


def post(
    provider: str, data: bytes, *, door: doors.Door | None = None, kind: str = "application/json",
    **headers: str,
) -> HttpResponse:  # fmt: skip
    """As the provider does; a client that checks CSRF as in production."""
    door = door or doors.doors(provider)[0]
    said: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {door.password}"} | headers
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/crochets/{provider}/{door.path}", data, content_type=kind, **said)  # type: ignore[return-value]


def test_a_notice_is_kept_at_once_and_read_by_the_job(issue: Issue, line: Line) -> None:
    answer = post("brevo", body(brevo("spam", line(0))))
    assert (answer.status_code, answer.content.decode()) == (200, "Reçu.")
    assert not answer.cookies
    assert Arrival.objects.get().state == "waiting"
    assert not Event.objects.exists()
    events.process(LATER)
    assert Suppression.objects.get().reason == "complaint"


def test_a_repeated_notice_is_answered_and_kept_once(issue: Issue, line: Line) -> None:
    for _ in range(3):
        assert post("brevo", body(brevo("spam", line(0)))).status_code == 200
    assert Arrival.objects.count() == 1


def test_a_wrong_path_is_an_unknown_address(db: None) -> None:
    door = doors.doors("brevo")[0]
    for provider, path in (("brevo", "x"), ("brevo", "é"), ("mailjet", door.path), ("autre", "x")):
        strange = doors.Door(path, door.password)
        assert post(provider, b"{}", door=strange).status_code == 404
        assert Client().get(f"/crochets/{provider}/{path}").status_code == 404
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    "said",
    ["", "Bearer x", "Basic !!", "Basic " + base64.b64encode(b"vigie:x").decode(), "Digest a=b",
     "Bearer é"],
)  # fmt: skip
def test_a_wrong_password_is_refused(db: None, said: str) -> None:
    for provider in doors.WITH_PASSWORD:
        assert post(provider, b"{}", HTTP_AUTHORIZATION=said).status_code == 401
    assert not Arrival.objects.exists()


def test_a_password_in_the_address_is_basic(db: None) -> None:
    door = doors.doors("mailjet")[0]
    said = "Basic " + base64.b64encode(f"vigie:{door.password}".encode()).decode()
    assert post("mailjet", b"[]", HTTP_AUTHORIZATION=said).status_code == 200


def test_two_secrets_are_valid_at_once_and_a_third_is_not(db: None, settings: Any) -> None:
    settings.WEBHOOK_SECRETS = ["ancien"]
    old = doors.doors("brevo")[0]
    settings.WEBHOOK_SECRETS = ["nouveau", "ancien"]
    assert doors.doors("brevo")[0] != old
    assert post("brevo", b"{}").status_code == 200
    assert post("brevo", b"[]", door=old).status_code == 200
    crossed = doors.Door(old.path, doors.doors("brevo")[0].password)
    assert post("brevo", b"[ ]", door=crossed).status_code == 401
    settings.WEBHOOK_SECRETS = ["neuf", "nouveau", "ancien"]
    assert post("brevo", b"[]", door=old).status_code == 404


def test_more_than_a_mebibyte_is_refused(db: None) -> None:
    assert post("brevo", b" " * (doors.MOST_BYTES + 1)).status_code == 413
    assert post("brevo", b'"' + b" " * (doors.MOST_BYTES - 2) + b'"').status_code == 200
    assert Arrival.objects.count() == 1


def test_an_empty_body_is_told_and_a_malformed_one_waits_for_a_person(db: None) -> None:
    assert post("brevo", b" ").status_code == 400
    assert post("brevo", b"{").status_code == 200
    assert events.process(LATER).unreadable == 1
    assert events.standing()["unreadable_why"] == ["brevo : Le corps n’est pas du JSON."]


def test_mailchimp_validates_the_address_by_a_get(db: None) -> None:
    door = doors.doors("mailchimp")[0]
    answer = Client().get(f"/crochets/mailchimp/{door.path}")
    assert (answer.status_code, answer.content.decode()) == (200, "Prêt.")


def test_mailchimp_s_signature_is_checked_once_its_secret_is_known(db: None, settings: Any) -> None:
    data = b"type=subscribe&fired_at=2026-11-24+09%3A00%3A00"
    form = "application/x-www-form-urlencoded"
    settings.MAILCHIMP_SIGNING_SECRETS = ["autre", "s3cret"]

    def signed(at: float, key: str, what: bytes) -> int:
        stamp = str(int(at))
        mac = hmac.new(key.encode(), stamp.encode() + b"." + what, hashlib.sha256).hexdigest()
        headers = {"HTTP_X_MAILCHIMP_SIGNATURE": f"t={stamp},v1={mac}"}
        return post("mailchimp", data, kind=form, **headers).status_code

    now = timezone.now().timestamp()
    assert signed(now, "s3cret", data) == 200
    assert signed(now, "faux", data) == 401
    assert signed(now, "s3cret", data + b"&more=1") == 401
    assert signed(now - 3600, "s3cret", data) == 401
    assert post("mailchimp", data, kind=form).status_code == 401


def test_mailjet_posts_arrays(issue: Issue, line: Line) -> None:
    Mailing.objects.filter(issue=issue).update(provider="mailjet")
    common = {"time": int(LATER.timestamp()), "mj_campaign_id": 7272, "MessageID": 19421777}
    said = [
        {"event": "unsub", "email": line(0).address, "mj_list_id": 4411, **common},
        {"event": "bounce", "email": line(1).address, "hard_bounce": True,
         "error_related_to": "recipient", "error": "user unknown", **common},
        {"event": "blocked", "email": line(2).address, "hard_bounce": True,
         "error_related_to": "content", "error": "spam", **common},
        {"event": "open", "email": line(2).address, **common},
    ]  # fmt: skip
    post("mailjet", json.dumps(said).encode())
    assert events.process(LATER).suppressed == 1
    kinds = {e.delivery_id: e.kind for e in Event.objects.all()}
    assert kinds == {line(0).pk: "unsubscribed", line(1).pk: "hard", line(2).pk: "soft"}


def test_mailchimp_posts_forms(issue: Issue, line: Line) -> None:
    Mailing.objects.filter(issue=issue).update(provider="mailchimp")
    for n, (kind, why) in enumerate(
        (("unsubscribe", "manual"), ("unsubscribe", "abuse"), ("cleaned", "hard"))
    ):
        said = {"type": kind, "fired_at": f"{LATER:%Y-%m-%d %H:%M:%S}", "data[reason]": why,
                "data[email]": line(n).address, "data[list_id]": "f0c1"}  # fmt: skip
        post("mailchimp", urlencode(said).encode(), kind="application/x-www-form-urlencoded")
    assert events.process(LATER).events == 3
    kinds = Event.objects.order_by("delivery").values_list("kind", "at")
    assert list(kinds) == [("unsubscribed", LATER), ("complaint", LATER), ("hard", LATER)]


def test_listmonk_s_shape_is_read(issue: Issue, line: Line) -> None:
    Mailing.objects.filter(issue=issue).update(provider="listmonk")
    said = {"email": line(0).address, "campaign_uuid": "c-1", "source": "relais", "type": "hard"}
    post("listmonk", json.dumps(said).encode())
    assert events.process(timezone.now()).suppressed == 1


@pytest.mark.parametrize("provider", sorted(READERS))
@pytest.mark.parametrize(
    "junk",
    [b"\xff\xfe\x00", b"\x1f\x8b\x08\x00", b"[null]", b"3", b"[" * 50_000, b'{"type": 3}',
     b'{"event": {"a": 1}, "email": ["x"], "ts_event": "NaN", "time": 1e400}', b"=&=", b"a=%ff"],
)  # fmt: skip
def test_a_reader_reads_or_says_why_not(provider: str, junk: bytes) -> None:
    said: list[str] = []
    try:
        found = list(READERS[provider](junk, LATER))
    except BadInput as error:
        found = []
        said.append(str(error))
    assert found == []
    assert all(one.endswith(".") for one in said)


def test_what_no_database_takes_does_not_stop_the_queue(issue: Issue, line: Line) -> None:
    """NUL, half a surrogate pair, an endless number, a date before all zones."""
    odd = {"reason": "\0 \ud800 550", "ts_event": 10**400, "tag": "\udfff"}
    post("brevo", body(brevo("hard_bounce", line(0), **odd)))
    early = {"email": line(0).address, "type": "hard", "created_at": "0001-01-01T00:00:00+14:00"}
    post("listmonk", body(early, {**early, "email": "a\0@b.example"}))
    post("mailchimp", b"type=cleaned&data[email]=%00&data[reason]=%00&fired_at=0001-01-01")
    report = events.process(timezone.now())
    assert (report.read, report.unreadable, report.events) == (3, 0, 4)


def test_the_command_line_says_where_to_post(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "address", "brevo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    door = doors.doors("brevo")[0]
    assert told["url"].endswith(f"/crochets/brevo/{door.path}")
    assert told["password"] == door.password
    assert main(["events", "read"]) == 0
    assert main(["events", "status", "--json"]) == 0
    assert '"unknown": 0' in capsys.readouterr().out
