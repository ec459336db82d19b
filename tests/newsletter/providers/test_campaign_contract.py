"""What every campaign provider must do, against its rehearsal server on loopback.

A new provider is one `Stage` more: its server, its options, and its routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsletter.exceptions import InDoubt, NotConfigured, ProviderError
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN, Address, Letter
from newsletter.providers.campaign import Campaign, Draft
from newsletter.providers.listmonk import Listmonk
from newsletter.providers.rehearsal.listmonk import ListmonkRehearsal

LATER = (datetime.now(UTC) + timedelta(days=2)).replace(minute=30, second=0, microsecond=0)
LETTER = Letter(
    subject="Décembre en quartiers",
    preheader="",
    html=f'<!doctype html><html lang="fr"><body><h1>Lettre</h1><p>Un {{{{ signe }}}}</p>'
    f'<a href="{UNSUBSCRIBE_TOKEN}">Se désabonner</a> <a href="{PREFERENCES_TOKEN}">x</a></body>',
    text=f"Lettre\n\nUn {{{{ signe }}}}\n{UNSUBSCRIBE_TOKEN}\n",
    engine="test",
)
DRAFT = Draft(
    key="a91f03c2", title="Lettre mensuelle · 2026-12", letter=LETTER, audience="3",
    sender=Address("lettre@centre.example", "Centre de ressources"), reply_to="ici@centre.example",
)  # fmt: skip
SECRET = "jeton"


@dataclass
class Stage:
    """A provider and its rehearsal server. Routes are (method, pattern)."""

    server: Any
    provider: Campaign
    create: tuple[str, str]
    send: tuple[str, str]
    read: tuple[str, str]

    def again(self, **options: Any) -> Campaign:
        return listmonk(self.server, **options)


def listmonk(server: Any, **options: Any) -> Campaign:
    return Listmonk({"url": server.url, "user": "vigie", "token": SECRET, "template": 4} | options)


@pytest.fixture(params=["listmonk"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ListmonkRehearsal() as server:
        yield Stage(
            server, listmonk(server), ("POST", r"/campaigns$"), ("PUT", r"/status$"),
            ("GET", r"/campaigns/\d+$"),
        )  # fmt: skip


def test_a_working_configuration_has_nothing_to_say(stage: Stage) -> None:
    assert stage.provider.check() == []
    assert [(one.id, one.name) for one in stage.provider.audiences()] == [("3", "Lettre mensuelle")]


def test_a_wrong_key_is_said_in_french_and_never_shown(stage: Stage) -> None:
    wrong = stage.again(token="secret-faux")
    assert "la clé" in wrong.check()[0]
    stage.server.fail("GET", ".", 401)
    with pytest.raises(ProviderError) as error:
        wrong.audiences()
    assert "secret-faux" not in f"{error.value} {error.value.__cause__} {wrong.__dict__}"


def test_a_server_that_is_away_is_said(stage: Stage) -> None:
    assert "ne peut pas être joint" in stage.again(url="http://127.0.0.1:1").check()[0]


def test_missing_settings_are_named(stage: Stage) -> None:
    with pytest.raises(NotConfigured):
        stage.again(token="")
    with pytest.raises(NotConfigured, match="https"):
        stage.again(url="http://listes.centre.example")


def test_pushing_twice_makes_one_campaign_that_holds_what_was_approved(stage: Stage) -> None:
    ref = stage.provider.push(DRAFT)
    changed = replace(DRAFT, letter=replace(LETTER, subject="Un autre objet"))
    assert stage.provider.differences(ref, changed) == ["objet"]
    assert stage.provider.push(changed) == ref
    assert stage.provider.differences(ref, changed) == []
    assert stage.server.count(*stage.create) == 1
    assert stage.provider.status(ref) == "draft"


@pytest.mark.parametrize("kind", ["lost", "malformed", "huge", "slow"])
def test_a_create_whose_answer_was_lost_is_found_again(stage: Stage, kind: str) -> None:
    provider = stage.again(timeout=4) if kind == "slow" else stage.provider
    stage.server.fail(*stage.create, kind)
    provider.push(DRAFT)
    assert len(stage.server.campaigns) == stage.server.count(*stage.create) == 1


@pytest.mark.parametrize("kind", ["dropped", 500, 502])
def test_a_create_that_nobody_saw_is_in_doubt_and_not_repeated(
    stage: Stage, kind: str | int
) -> None:
    stage.server.fail(*stage.create, kind)
    with pytest.raises(InDoubt):
        stage.provider.push(DRAFT)
    assert stage.server.count(*stage.create) == 1


@pytest.mark.parametrize("code", [425, 429])
def test_too_many_calls_is_a_refusal_with_the_time_to_wait(stage: Stage, code: int) -> None:
    stage.server.fail(*stage.create, code, Retry_After="7")
    with pytest.raises(ProviderError) as error:
        stage.provider.push(DRAFT)
    assert not isinstance(error.value, InDoubt)
    assert (error.value.permanent, error.value.retry_after) == (False, timedelta(seconds=7))


@pytest.mark.parametrize(("code", "words"), [(402, "crédits"), (302, "302"), (403, "droit")])
def test_a_refusal_is_for_good_and_says_why(stage: Stage, code: int, words: str) -> None:
    stage.server.fail(*stage.create, code, Location="http://127.0.0.1:1/")
    with pytest.raises(ProviderError, match=words) as error:
        stage.provider.push(DRAFT)
    assert error.value.permanent
    assert stage.server.campaigns == {}


def test_two_campaigns_of_one_mark_stop_everything(stage: Stage) -> None:
    stage.provider.push(DRAFT)
    for one in list(stage.server.campaigns.values()):
        stage.server.campaigns[99] = one | {"id": 99}
    with pytest.raises(ProviderError, match="Plusieurs"):
        stage.provider.push(DRAFT)


def test_a_template_sign_in_the_letter_is_printed_and_only_our_tags_run(stage: Stage) -> None:
    ref = stage.provider.push(DRAFT)
    held = stage.server.campaigns[int(ref)]
    assert "{{ signe" not in held["body"] + held["altbody"]
    assert "&#123;&#123; signe" in held["body"]
    assert "vigie.invalid" not in held["body"] + held["altbody"]
    assert held["body"].count("{{ UnsubscribeURL }}") == 1
    assert held["altbody"].count("{{ UnsubscribeURL }}") == 1
    assert "TrackView" not in held["body"]


def test_a_letter_without_a_way_out_is_not_pushed(stage: Stage) -> None:
    with pytest.raises(ProviderError, match="désabonnement"):
        stage.provider.push(replace(DRAFT, letter=replace(LETTER, text="Bonjour")))
    assert stage.server.campaigns == {}


@pytest.mark.parametrize("act", ["send", "schedule", "test"])
def test_what_was_changed_at_the_provider_does_not_leave(stage: Stage, act: str) -> None:
    stage.server.person("amina@centre.example", on="confirmed")
    ref = stage.provider.push(DRAFT)
    stage.server.campaigns[int(ref)]["body"] += "<p>ajouté</p>"
    more: dict[str, tuple[Any, ...]] = {"schedule": (LATER,), "test": (["amina@centre.example"],)}
    with pytest.raises(ProviderError, match="contenu"):
        getattr(stage.provider, act)(ref, DRAFT, *more.get(act, ()))
    assert stage.server.sends == stage.server.tests == []
    assert stage.provider.status(ref) == "draft"


def test_a_test_reaches_the_address(stage: Stage) -> None:
    stage.server.person("amina@centre.example", on="confirmed")
    ref = stage.provider.push(DRAFT)
    stage.provider.test(ref, DRAFT, ["amina@centre.example"])
    assert stage.server.tests == [(int(ref), ["amina@centre.example"])]


def test_schedule_and_cancel(stage: Stage) -> None:
    ref = stage.provider.push(DRAFT)
    stage.provider.schedule(ref, DRAFT, LATER)
    assert stage.provider.status(ref) == "scheduled"
    stage.provider.cancel(ref)
    assert stage.provider.status(ref) == "draft"
    stage.provider.send(ref, DRAFT)  # the old hour does not hold it back
    assert stage.provider.status(ref) == "sending"
    stage.provider.cancel(ref)
    assert stage.provider.status(ref) == "cancelled"


def test_an_hour_that_passed_or_is_off_the_grid_is_refused(stage: Stage) -> None:
    ref = stage.provider.push(DRAFT)
    for at in (
        LATER - timedelta(days=9),
        LATER + timedelta(seconds=20),
        LATER.replace(tzinfo=None),
    ):
        with pytest.raises(ProviderError):
            stage.provider.schedule(ref, DRAFT, at)
    assert stage.provider.status(ref) == "draft"


def test_sending_once_and_what_came_of_it(stage: Stage) -> None:
    for name, on in (("amina", "confirmed"), ("bruno", "confirmed"), ("claire", "unsubscribed")):
        stage.server.person(f"{name}@centre.example", on=on)
    ref = stage.provider.push(DRAFT)
    stage.provider.send(ref, DRAFT)
    stage.provider.send(ref, DRAFT)
    stage.server.finish(int(ref))
    stage.provider.send(ref, DRAFT)
    assert len(stage.server.sends) == 1
    assert stage.provider.status(ref) == "sent"
    told = stage.provider.statistics(ref)
    assert (told.audience, told.sent, told.bounced) == (2, 2, 0)
    with pytest.raises(ProviderError, match="parti"):
        stage.provider.cancel(ref)


@pytest.mark.parametrize("kind", ["lost", "malformed"])
def test_a_send_whose_answer_was_lost_is_looked_at(stage: Stage, kind: str) -> None:
    ref = stage.provider.push(DRAFT)
    stage.server.fail(*stage.send, kind)
    stage.provider.send(ref, DRAFT)
    assert len(stage.server.sends) == stage.server.count(*stage.send) == 1


@pytest.mark.parametrize("kind", ["dropped", 503])
def test_a_send_that_nobody_saw_is_in_doubt_and_not_repeated(stage: Stage, kind: str | int) -> None:
    ref = stage.provider.push(DRAFT)
    stage.server.fail(*stage.send, kind)
    with pytest.raises(InDoubt):
        stage.provider.send(ref, DRAFT)
    assert stage.server.count(*stage.send) == 1


@pytest.mark.parametrize("kind", ["malformed", "dropped", 500])
def test_a_reading_that_failed_can_be_tried_again(stage: Stage, kind: str | int) -> None:
    ref = stage.provider.push(DRAFT)
    stage.server.fail(*stage.read, kind)
    with pytest.raises(ProviderError) as error:
        stage.provider.status(ref)
    assert not isinstance(error.value, InDoubt)
    assert not error.value.permanent


def test_contacts_go_out_and_nobody_who_left_is_put_back(stage: Stage) -> None:
    stage.server.person("amina@centre.example", on="confirmed")
    stage.server.person("bruno@centre.example", on="unsubscribed")
    stage.server.person("claire@centre.example", status="blocklisted")
    stage.server.person("denis@centre.example")
    names = ("amina", "bruno", "claire", "denis", "elise")
    told = stage.provider.add("3", [Address(f"{name}@centre.example") for name in names])
    assert (told.added, told.already, told.left) == (2, 1, 2)
    assert stage.provider.left("3") == ["bruno@centre.example"]


def test_unsubscribes_come_back_and_go_out(stage: Stage) -> None:
    stage.server.person("amina@centre.example", on="confirmed")
    assert stage.provider.leave("3", ["amina@centre.example", "farid@exemple.example"]) == 1
    assert stage.provider.left("3") == ["amina@centre.example"]
    assert stage.provider.add("3", [Address("amina@centre.example")]).left == 1
