"""What every relay must do, and the truth table of the SMTP one against a real server."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from newsletter.exceptions import NotConfigured
from newsletter.providers import REGISTRY, Answer, Outgoing, Relay, load
from newsletter.providers.memory import MemoryRelay
from tests.mailbox import CLOSE, HANG_UP, Mailbox

TEXT = b"Subject: essai\r\nMessage-ID: <a.b@exemple.fr>\r\n\r\nBonjour\r\n.\r\n..fin\r\n"
LOCALHOST = "127.0.0.1"


def letter(recipient: str = "lecteur@exemple.fr", data: bytes = TEXT) -> Outgoing:
    return Outgoing("lettre@centre.example", recipient, data)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made


def smtp(mailbox: Mailbox, **options: object) -> Relay:
    return load("smtp", {"url": mailbox.url, "timeout": 5, "final_timeout": 5} | options)


@pytest.fixture(params=sorted(REGISTRY))
def relay(
    request: pytest.FixtureRequest, mailbox: Mailbox, tmp_path: Path
) -> tuple[Relay, Callable[[], list[bytes]]]:
    """Each relay, with a way to see what it accepted."""
    MemoryRelay.clear()
    looks: dict[str, tuple[Relay, Callable[[], list[bytes]]]] = {
        "smtp": (smtp(mailbox), lambda: [data for _, data in mailbox.received]),
        "folder": (
            load("folder", {"path": str(tmp_path / "out")}),
            lambda: [p.read_bytes() for p in sorted((tmp_path / "out").glob("*.eml"))],
        ),
        "memory": (load("memory", {}), lambda: [out.data for out in MemoryRelay.sent]),
    }
    return looks[request.param]


def test_a_message_arrives_byte_for_byte_and_handed_is_said_once_before(
    relay: tuple[Relay, Callable[[], list[bytes]]],
) -> None:
    carrier, accepted = relay
    seen: list[int] = []
    with carrier as open_relay:
        answer = open_relay.carry(letter(), lambda: seen.append(len(accepted())))
        again = open_relay.carry(letter("autre@exemple.fr"), lambda: seen.append(len(accepted())))
    assert (answer.state, again.state) == ("accepted", "accepted")
    assert seen == [0, 1]
    assert accepted() == [TEXT, TEXT]
    assert carrier.check() == []


def test_a_message_whose_handing_over_cannot_be_written_does_not_leave(
    relay: tuple[Relay, Callable[[], list[bytes]]],
) -> None:
    carrier, accepted = relay

    def disk_full() -> None:
        raise OSError("no space left")

    with carrier as open_relay:
        with pytest.raises(OSError, match="no space"):
            open_relay.carry(letter(), disk_full)
        assert open_relay.carry(letter(), lambda: None).state == "accepted"
    assert len(accepted()) == 1


def test_an_unknown_relay_is_named() -> None:
    with pytest.raises(NotConfigured, match="pigeon"):
        load("pigeon", {})


def test_one_connection_serves_many_messages_with_rset_after_a_refusal(mailbox: Mailbox) -> None:
    mailbox.answers["absent@exemple.fr"] = "550 5.1.1 unknown"
    handed: list[str] = []
    with smtp(mailbox) as relay:
        for who in ("un", "absent", "deux"):
            relay.carry(letter(f"{who}@exemple.fr"), lambda who=who: handed.append(who))  # type: ignore[misc]
    assert mailbox.sessions == 1
    assert mailbox.commands == ["MAIL", "RCPT", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]
    assert handed == ["un", "deux"]


@pytest.mark.parametrize(
    ("where", "words", "state", "handed"),
    [
        ("answers", "550 5.1.1 unknown", "refused", False),
        ("answers", "451 4.7.1 greylisted", "deferred", False),
        ("answers", "530 5.7.0 authenticate first", "broken", False),
        ("answers", HANG_UP, "deferred", False),
        ("mail_answer", "550 5.7.1 sender refused", "broken", False),
        ("mail_answer", "421 4.3.2 closing", "deferred", False),
        ("data_answers", "554 5.7.1 looks like spam", "broken", True),
        ("data_answers", "452 4.2.2 full", "deferred", True),
        ("data_answers", CLOSE, "in_doubt", True),
        ("data_answers", "250 ok", "accepted", True),
    ],
)
def test_each_answer_of_smtp_has_one_meaning(
    mailbox: Mailbox, where: str, words: str, state: str, handed: bool
) -> None:
    to = "lecteur@exemple.fr"
    setattr(mailbox, where, words if where == "mail_answer" else {to: words})
    calls: list[int] = []
    with smtp(mailbox) as relay:
        answer = relay.carry(letter(to), lambda: calls.append(1))
    assert answer.state == state, answer
    assert bool(calls) is handed
    assert answer.code == (int(words[:3]) if words[0].isdigit() else 0)


def test_a_late_answer_after_the_final_dot_is_in_doubt(mailbox: Mailbox) -> None:
    mailbox.delay = 1.0
    with smtp(mailbox, final_timeout=0.1) as relay:
        assert relay.carry(letter(), lambda: None).state == "in_doubt"
        mailbox.delay = 0.0
        assert relay.carry(letter("suivant@exemple.fr"), lambda: None).state == "accepted"


def test_a_connection_the_relay_closed_meanwhile_is_opened_again(mailbox: Mailbox) -> None:
    with smtp(mailbox) as relay:
        assert relay.carry(letter(), lambda: None).state == "accepted"
        loop = mailbox._loop
        loop.call_soon_threadsafe(lambda: mailbox._protocols[0].transport.abort())
        assert relay.carry(letter("deux@exemple.fr"), lambda: None).state == "accepted"
    assert mailbox.sessions == 2


def test_nobody_listening_is_broken_and_said_in_french() -> None:
    relay = load("smtp", {"url": "smtp://127.0.0.1:1", "timeout": 2})
    with relay:
        answer = relay.carry(letter(), lambda: None)
    assert answer.state == "broken"
    assert "ne peut pas être joint" in answer.reply
    assert "ne peut pas être joint" in relay.check()[0]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made, str(tmp_path / "ca.pem")


def context_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def carried(url: str) -> Answer:
    with load("smtp", {"url": url, "timeout": 5, "final_timeout": 5}) as relay:
        return relay.carry(letter(), lambda: None)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # TLS is implicit
@pytest.mark.parametrize("implicit", [False, True])
def test_tls_is_verified_and_the_password_is_checked(
    authority: tuple[trustme.CA, str], implicit: bool
) -> None:
    ca, path = authority
    context = context_for(ca, LOCALHOST)
    chosen = {"implicit": context} if implicit else {"tls": context}
    with Mailbox(password="juste mot", **chosen) as mailbox:
        scheme, query = ("smtps", "?") if implicit else ("smtp", "?starttls=1&")
        place = f"127.0.0.1:{mailbox.port}{query}"
        assert carried(f"{scheme}://vigie:juste%20mot@{place}ca={path}").state == "accepted"
        wrong = carried(f"{scheme}://vigie:faux@{place}ca={path}")
        assert (wrong.state, wrong.code) == ("broken", 535)
        assert "mot de passe" in wrong.reply
        unknown = carried(f"{scheme}://vigie:juste%20mot@{place}")
        assert unknown.state == "broken"
        assert "certificat" in unknown.reply
    assert len(mailbox.received) == 1


def test_a_certificate_for_another_name_and_missing_starttls_are_refused(
    authority: tuple[trustme.CA, str], mailbox: Mailbox
) -> None:
    ca, path = authority
    with Mailbox(tls=context_for(ca, "ailleurs.exemple")) as other:
        answer = carried(f"smtp://127.0.0.1:{other.port}?starttls=1&ca={path}")
        assert answer.state == "broken"
        assert "certificat" in answer.reply
    plain = carried(f"{mailbox.url}?starttls=1")
    assert plain.state == "broken"
    assert mailbox.received == other.received == []


@pytest.mark.parametrize(
    "url",
    ["", "http://hote", "smtp://", "smtp://hote:port", "smtp://u:p@relais.exemple:587"],
)
def test_a_wrong_smtp_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(NotConfigured, match="VIGIE_SMTP_URL") as error:
        load("smtp", {"url": url})
    assert "u:p" not in str(error.value)


def test_two_copies_in_a_folder_are_two_files(tmp_path: Path) -> None:
    with load("folder", {"path": str(tmp_path)}) as relay:
        relay.carry(letter(), lambda: None)
        relay.carry(letter(), lambda: None)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.b-2.eml", "a.b.eml"]
