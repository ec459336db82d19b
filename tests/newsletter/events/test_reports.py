"""Mail that comes back: real forms of reports, and what is none."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from newsletter import events
from newsletter.events import reports
from newsletter.events.vocabulary import Happening, failure
from newsletter.models import Delivery, Event, Issue, Mailing, Suppression
from tests.newsletter.events.conftest import LATER
from veille.exceptions import BadInput

MESSAGES = Path(__file__).parent / "messages"
ID = f"<{'a' * 32}.{'b' * 16}@centre.example>"
READER = "maire@exemple.example"


def sample(name: str, message_id: str = ID, reader: str = READER) -> bytes:
    """A message of the folder about the message `message_id` to `reader`."""
    original = base64.b64encode(f"Message-ID: {message_id}\n".encode())
    data = (MESSAGES / f"{name}.eml").read_bytes()
    for mark, value in ((b"MESSAGE-ID", message_id.encode()), (b"READER", reader.encode()),
                        (b"ORIGINAL-BASE64", original)):  # fmt: skip
        data = data.replace(mark, value)
    return data


def told(name: str) -> Sequence[Happening]:
    return reports.read(sample(name), LATER)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("postfix", "hard", 550), ("postfix-delayed", "deferred", 0), ("exchange", "hard", 550),
        ("exchange-blocked", "soft", 550), ("gmail", "soft", 552), ("orange", "hard", 550),
        ("laposte", "soft", 552), ("complaint", "complaint", 0), ("truncated", "hard", 550),
        ("nested", "hard", 550), ("base64-headers", "hard", 550),
    ],
)  # fmt: skip
def test_a_report_is_read(name: str, kind: str, code: int) -> None:
    (one,) = told(name)
    assert (one.kind, one.message_id, one.code) == (kind, ID, code)
    assert one.address in {READER, ""}


@pytest.mark.parametrize("name", ["absence", "not-spam", "no-original"])
def test_what_is_no_report_about_a_message_of_ours_is_nothing(name: str) -> None:
    assert told(name) == []


def test_every_sample_is_used() -> None:
    used = Path(__file__).read_text(encoding="utf-8")
    assert [p.stem for p in MESSAGES.iterdir() if f'"{p.stem}"' not in used] == []


def test_the_same_report_has_one_key_and_two_have_two() -> None:
    keys = [one.key for name in ("postfix", "postfix", "gmail") for one in told(name)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0\xff\xfe", b"Content-Type: multipart/report; boundary=x\n\n--x\n--x--",
        b"Content-Type: text/plain; charset=nowhere\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Content-Type: message/delivery-status\nFrom: <>\n\n" + ID.encode(),
        b"Content-Type: message/feedback-report\n\n" + ID.encode(),
        b"From: mailer-daemon\n\n" + b"5" * 900_000 + ID.encode(),
    ],
)  # fmt: skip
def test_ruins_are_nothing(data: bytes) -> None:
    assert list(reports.read(data, LATER)) == []


def test_a_tower_of_parts_is_refused_or_read_never_more() -> None:
    tower = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(5000)
    )
    said = ""
    try:
        assert list(reports.read(tower + ID.encode(), LATER)) == []
    except BadInput as error:
        said = str(error)
    assert said in {"", "Ce courriel est trop abîmé pour être lu."}


@pytest.mark.parametrize(
    ("status", "code", "said", "kind"),
    [
        ("5.1.1", 550, "", "hard"), ("5.2.1", 550, "disabled", "hard"), ("5.2.2", 552, "", "soft"),
        ("5.7.26", 550, "user unknown", "soft"), ("", 550, "No such user here", "hard"),
        ("5.0.0", 550, "boîte : utilisateur inconnu", "hard"), ("", 554, "spam", "soft"),
        ("", 451, "user unknown for now", "soft"), ("4.2.2", 0, "", "soft"),
        ("5.1.8", 550, "sender rejected", "soft"),
    ],
)  # fmt: skip
def test_only_a_wrong_address_is_hard(status: str, code: int, said: str, kind: str) -> None:
    assert failure(status, code, said) == kind


def test_a_report_acts_on_the_message_it_is_about(
    issue: Issue, line: Callable[[int], Delivery]
) -> None:
    Mailing.objects.filter(issue=issue).update(provider="smtp")
    for n, name in enumerate(("postfix", "gmail", "complaint")):
        events.keep("mailbox", sample(name, line(n).message_id, line(n).address), LATER)
    forged = line(0).message_id[:34] + "0" * 16 + line(0).message_id[50:]
    events.keep("mailbox", sample("complaint", forged, line(1).address), LATER)
    report = events.process(LATER)
    assert (report.events, report.unknown, report.suppressed) == (4, 1, 2)
    rows = Event.objects.filter(delivery__isnull=False).order_by("delivery")
    assert list(rows.values_list("kind", "reason")) == [
        ("hard", "cette adresse n’existe pas"), ("soft", "cette boîte est pleine"),
        ("complaint", "signalé par Signalement/1.0"),
    ]  # fmt: skip
    assert set(Suppression.objects.values_list("reason", flat=True)) == {"bounce", "complaint"}


def test_an_absence_leaves_no_trace_but_that_it_was_read(
    issue: Issue, line: Callable[[int], Delivery]
) -> None:
    events.keep("mailbox", sample("absence", line(0).message_id, line(0).address), LATER)
    assert events.process(LATER).read == 1
    assert not Event.objects.exists()
