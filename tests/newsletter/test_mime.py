"""Headers that cannot be forged, lines that are short, filling in that equals building."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.exceptions import RenderingError
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN, Address, Letter
from newsletter.mime import HEADERS, LONGEST_LINE, Press, Recipient, Stamp, build, clean
from newsletter.tokens import make

INJECTIONS = [
    "=?utf-8?q?Veille=0d=0aBcc:_x@y.z=0d=0a?=",
    "=?utf-8?b?VmVpbGxlDQpCY2M6IHhAeS56?=",
    "a\r\nBcc: evil@x.example",
    "a\nBcc: evil@x.example",
    "a\u2028Bcc: evil@x.example",
    "a\x00\x0b\x0c\x85b",
    "=?nimporte?q?=0aBcc:_x?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0aBcc:_x@y.z=3F=3D?=",
]
STAMP = Stamp(
    sender=Address("lettre@centre.example", "Centre de ressources"),
    reply_to="contact@centre.example",
    list_id="monthly.centre.example",
    list_name="Lettre mensuelle",
    feedback_id="112:monthly:vigie:centre",
    date=datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
    unsubscribe_url="https://veille.exemple.fr/desabonnement/",
    preferences_url="https://veille.exemple.fr/preferences/",
)
LETTER = Letter(
    subject="Quartiers : trois démolitions",
    preheader="",
    html=f'<html lang="fr"><p>{"é" * 3000}</p><a href="{UNSUBSCRIBE_TOKEN}">x</a>'
    f'<a href="{PREFERENCES_TOKEN}">y</a></html>',
    text=f"Bonjour\n\n{UNSUBSCRIBE_TOKEN}\n.\n{PREFERENCES_TOKEN}\n",
    engine="test",
)


def recipient(address: str = "lecteur@exemple.fr", number: int = 1) -> Recipient:
    digest = "ab" * 32
    return Recipient(
        address,
        f"<cle.{number}@centre.example>",
        make("k", "unsubscribe", number, digest),
        make("k", "preferences", number, digest),
    )


def read(data: bytes) -> EmailMessage:
    return cast("EmailMessage", email.message_from_bytes(data, policy=email.policy.default))


hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.sampled_from(INJECTIONS)
)


@given(subject=hostile, sender=hostile, name=hostile, list_id=hostile, feedback=hostile)
def test_whatever_stands_in_a_title_only_the_intended_headers_leave(
    subject: str, sender: str, name: str, list_id: str, feedback: str
) -> None:
    stamp = replace(
        STAMP,
        sender=Address("lettre@centre.example", sender),
        list_name=name,
        list_id=list_id,
        feedback_id=feedback,
    )
    data = build(replace(LETTER, subject=subject), stamp, recipient())
    message = read(data)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert " ".join(str(message["Subject"]).split()) == clean(subject)
    assert message["From"].addresses[0].addr_spec == "lettre@centre.example"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@given(
    html=st.lists(
        st.sampled_from([UNSUBSCRIBE_TOKEN, PREFERENCES_TOKEN, "é", "=", ".", "\n", "a" * 30, " "])
    ),
    number=st.integers(0, 2**40 - 1),
)
def test_filling_in_equals_building_byte_for_byte(html: list[str], number: int) -> None:
    letter = replace(LETTER, html="".join(html) + UNSUBSCRIBE_TOKEN)
    who = recipient(number=number)
    assert Press(letter, STAMP).message(who) == build(letter, STAMP, who)


def test_a_reader_finds_text_first_then_the_letter_with_the_own_links() -> None:
    who = recipient()
    message = read(Press(LETTER, STAMP).message(who))
    plain, html = [part.get_content() for part in message.iter_parts()]
    link = f"https://veille.exemple.fr/desabonnement/{who.unsubscribe}"
    assert link in plain
    assert f'href="{link}"' in html
    assert "vigie.invalid" not in plain + html
    assert (
        html.replace(link, UNSUBSCRIBE_TOKEN)
        .replace(f"https://veille.exemple.fr/preferences/{who.preferences}", PREFERENCES_TOKEN)
        .rstrip("\n")
        == LETTER.html
    )
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"].addresses[0].addr_spec == "lecteur@exemple.fr"
    assert message["Date"].datetime == STAMP.date


def test_list_unsubscribe_stays_on_one_line() -> None:
    data = Press(LETTER, STAMP).message(recipient())
    line = next(x for x in data.split(b"\r\n") if x.startswith(b"List-Unsubscribe:"))
    assert line.endswith(b">")


def test_a_letter_without_a_way_out_is_not_sent() -> None:
    with pytest.raises(RenderingError, match="désabonnement"):
        Press(replace(LETTER, text="rien"), STAMP)


@pytest.mark.parametrize("address", ["a@b.fr\r\nBcc: x@y.z", "a@b.fr>, <c@d.fr", "A@b.fr"])
def test_a_recipient_that_is_not_one_plain_address_is_not_written(address: str) -> None:
    with pytest.raises(Exception, match="adresse|domaine"):
        Press(LETTER, STAMP).message(recipient(address))


def test_an_incoming_encoded_word_is_read_as_its_reader_would_have() -> None:
    assert clean("=?utf-8?q?=C3=89cole?=") == "École"
    assert clean("a\r\n b") == "a b"
    assert clean("\ud800 seul") == "? seul"
