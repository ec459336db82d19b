"""The mailbox of reports: read over TLS or from a Maildir, marked only once kept, bounded."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from newsletter import events
from newsletter.events import mailboxes
from newsletter.exceptions import NotConfigured, ProviderError
from newsletter.models import Arrival
from tests.imap import ImapServer
from tests.newsletter.events.conftest import LATER

MAIL = [b"Subject: un\r\n\r\nUn", b"Subject: deux\r\n\r\nDeux", b"Subject: trois\r\n\r\nTrois"]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return context, str(path)


@pytest.fixture
def server(authority: tuple[ssl.SSLContext, str]) -> Iterator[ImapServer]:
    with ImapServer(authority[0], list(MAIL)) as running:
        yield running


def test_each_message_is_kept_once_and_marked(
    db: None, settings: Any, server: ImapServer, authority: tuple[ssl.SSLContext, str]
) -> None:
    settings.BOUNCES_URL = server.url(authority[1])
    assert events.collect(LATER) == 3
    assert [bytes(one.body) for one in Arrival.objects.order_by("pk")] == MAIL
    assert server.flags == {1: {"$Vigie"}, 2: {"$Vigie"}, 3: {"$Vigie"}}
    assert events.collect(LATER) == 0
    server.flags.clear()  # a crash before the mark: the same bytes are known
    assert events.collect(LATER) == 0
    assert Arrival.objects.count() == 3


def test_a_server_without_keywords_uses_seen(
    db: None, settings: Any, authority: tuple[ssl.SSLContext, str]
) -> None:
    with ImapServer(authority[0], list(MAIL), keywords=False) as server:
        settings.BOUNCES_URL = server.url(authority[1])
        assert events.collect(LATER) == 3
        assert server.flags[1] == {"\\Seen"}


def test_a_huge_message_is_asked_for_in_part(
    db: None, settings: Any, server: ImapServer, authority: tuple[ssl.SSLContext, str]
) -> None:
    server.messages[:] = [b"Subject: gros\r\n\r\n" + b"x" * (3 * mailboxes.MOST_BYTES)]
    settings.BOUNCES_URL = server.url(authority[1])
    assert events.collect(LATER) == 1
    assert Arrival.objects.get().size == mailboxes.MOST_BYTES


def test_nothing_is_marked_when_it_could_not_be_kept(
    db: None, settings: Any, server: ImapServer, authority: tuple[ssl.SSLContext, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(*args: object) -> bool:
        raise OSError("plus de place")

    monkeypatch.setattr(mailboxes, "keep", full)
    settings.BOUNCES_URL = server.url(authority[1])
    with pytest.raises(ProviderError):
        events.collect(LATER)
    assert server.flags == {}


def test_it_stops_between_two_messages(
    db: None, settings: Any, server: ImapServer, authority: tuple[ssl.SSLContext, str]
) -> None:
    stop = threading.Event()
    stop.set()
    settings.BOUNCES_URL = server.url(authority[1])
    assert events.collect(LATER, stop=stop) == 0
    assert server.flags == {}


def test_a_wrong_password_folder_or_certificate_is_told_in_french(
    db: None, settings: Any, server: ImapServer, authority: tuple[ssl.SSLContext, str],
    tmp_path: Path,
) -> None:  # fmt: skip
    stranger = tmp_path / "autre.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    for url, words in (
        (server.url(authority[1], word="faux"), "refuse"),
        (server.url(authority[1], folder="Ailleurs"), "pas de dossier"),
        (server.url(str(stranger)), "ne répond pas"),
        (server.url(str(tmp_path / "absent.pem")), "« ca »"),
        ("imaps://hote/INBOX", "utilisateur:motdepasse"),
        ("pop3://hote", "écrivez imaps"),
    ):
        settings.BOUNCES_URL = url
        with pytest.raises(ProviderError, match=words):
            events.collect(LATER)
    assert not Arrival.objects.exists()


def test_a_maildir_is_read_and_its_messages_become_seen(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.BOUNCES_URL = f"maildir://{tmp_path}/Retours"
    with pytest.raises(NotConfigured, match="Maildir"):
        events.collect(LATER)
    (tmp_path / "Retours" / "new").mkdir(parents=True)
    for n, data in enumerate(MAIL):
        (tmp_path / "Retours" / "new" / f"{n}.hote").write_bytes(data)
    assert events.collect(LATER) == 3
    assert sorted(p.name for p in (tmp_path / "Retours" / "cur").iterdir()) == [
        f"{n}.hote:2,S" for n in range(3)
    ]
    assert events.collect(LATER) == 0


def test_no_mailbox_is_no_error(db: None, settings: Any) -> None:
    settings.BOUNCES_URL = ""
    assert events.collect(LATER) == 0
