"""Collecting from a real web on loopback: what comes in, and what is left alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from tests import make
from tests.web import Answer, Request, Web
from veille import suggesting
from veille.collecting import Report, collect_due, courtesy, run
from veille.models import Attempt, Host, Item, Source
from veille.reading.types import FetchPolicy

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T08:00:00+00:00")


def feed(*titles: str, prefix: str = "a", ttl: int | None = None) -> str:
    """An RSS feed with one entry per title; the same place keeps the same guid."""
    entries = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>{prefix}{n}</guid>"
        f"<link>https://site.example/{prefix}/{n}</link>"
        f"<description>Résumé &lt;b&gt;{title}&lt;/b&gt;</description>"
        f"<pubDate>Mon, 23 Nov 2026 {n:02d}:00:00 GMT</pubDate></item>"
        for n, title in enumerate(titles)
    )
    wish = f"<ttl>{ttl}</ttl>" if ttl else ""
    return f"<rss version='2.0'><channel><title>T</title>{wish}{entries}</channel></rss>"


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names end in .invalid or are not asked: no question leaves the machine."""
    ask = socket.getaddrinfo

    def answer(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def collect(now: datetime = NOW, **options: Any) -> Report:
    return collect_due(now, **options)


def source(address: str, **fields: Any) -> Source:
    return make.source(url=address, next_check=NOW, **fields)


def test_a_feed_becomes_items_once(web: Web) -> None:
    first = source(web.add("/a.xml", feed("Un", "Deux")))
    report = collect()
    assert report.shown()["sources"]["fetched"] == 1
    assert report.shown()["items"] == {"new": 2, "changed": 0}
    item = Item.objects.get(guid="a0")
    assert (item.title, item.state, item.collected.date()) == ("Un", "new", NOW.date())
    assert "resume un" in item.text
    first.refresh_from_db()
    assert (first.claimed_until, first.claimed_by) == (None, "")
    assert first.next_check >= NOW + timedelta(hours=1)
    assert first.why
    assert collect().due == 0
    again = collect(NOW + timedelta(hours=1), all=True)
    assert (again.unchanged, again.new, Item.objects.count()) == (1, 0, 2)
    assert [attempt.outcome for attempt in first.attempts.all()] == ["unchanged", "fetched"]


def test_validators_go_back_byte_for_byte_and_a_304_refreshes_them(web: Web) -> None:
    seen: list[tuple[str | None, str | None]] = []

    @web.handle("/v.xml")
    def served(request: Request) -> Answer:
        seen.append(
            (request.headers.get("if-none-match"), request.headers.get("if-modified-since"))
        )
        headers = {"ETag": f'W/"é{len(seen)}"', "Last-Modified": "hier, vers midi"}
        if seen[-1][0]:
            return Answer(status=304, headers={"ETag": headers["ETag"]})
        return Answer(feed("Un"), headers=headers)

    one = source(web.url("/v.xml"))
    for hour in range(3):
        collect(NOW + timedelta(days=hour), all=True)
    assert seen[0] == (None, None)
    assert seen[1] == ('W/"é1"', "hier, vers midi")
    assert seen[2] == ('W/"é2"', "hier, vers midi")
    one.refresh_from_db()
    assert one.etag == 'W/"é3"'


def test_a_change_at_the_source_never_touches_a_decision(web: Web, amina: Any) -> None:
    source(web.add("/c.xml", feed("Un titre", "Autre")))
    collect()
    theme = make.theme()
    kept = Item.objects.get(guid="a0")
    kept.themes.add(theme)
    fields = {"state": "kept", "note": "à citer", "own_summary": "Nos mots", "decided_by": amina}
    Item.objects.filter(pk=kept.pk).update(**fields)
    web.add("/c.xml", feed("Un titre corrigé", "Autre corrigé"))
    report = collect(NOW + timedelta(hours=3), all=True)
    assert report.changed == 2
    kept.refresh_from_db()
    assert (kept.title, kept.previous_title) == ("Un titre corrigé", "Un titre")
    assert (kept.state, kept.note, kept.own_summary) == ("kept", "à citer", "Nos mots")
    assert kept.changed is not None
    assert list(kept.themes.all()) == [theme]
    assert Item.objects.get(guid="a1").previous_title == ""


def test_one_bad_source_never_spoils_a_run(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    suggest = suggesting.suggest

    def trip(items: Iterable[Item]) -> None:
        assert not any(item.title == "Piège" for item in items)
        suggest(list(items))

    monkeypatch.setattr("veille.suggesting.suggest", trip)
    for n in range(3):
        source(web.add(f"/good{n}.xml", feed("Bon", prefix=f"g{n}")))
    bad = {
        "http-404": source(web.url("/nowhere")),
        "http-500": source(web.add("/broken", status=500)),
        "not-a-feed": source(web.add("/page", "<!doctype html><p>bonjour")),
        "empty": source(web.add("/empty", "")),
        "dns": source("https://nulle-part.invalid/rss"),
        "unexpected": source(web.add("/trap.xml", feed("Piège", prefix="t"))),
    }
    report = collect()
    figures = report.shown()["sources"]
    assert (figures["due"], figures["fetched"], figures["failed"]) == (9, 3, 6)
    assert {failure.error for failure in report.failures} == set(bad)
    assert Item.objects.count() == 3
    for code, one in bad.items():
        one.refresh_from_db()
        assert one.error_code == code
        assert one.error_count == 1
        assert one.error_since is not None
        assert one.next_check > NOW
        assert not one.claimed_by
    assert "Traceback" in caplog.text
    assert "erreur interne, référence" in bad["unexpected"].error_message
    monkeypatch.undo()
    assert collect(NOW + timedelta(days=1), only=[bad["unexpected"].pk]).new == 1
    bad["unexpected"].refresh_from_db()
    assert (bad["unexpected"].error_code, bad["unexpected"].error_count) == ("", 0)


def test_an_unreadable_feed_is_not_hidden_by_a_304(web: Web) -> None:
    served = {"body": "<html>en travaux"}

    @web.handle("/t.xml")
    def page(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"x"':
            return Answer(status=304)
        return Answer(served["body"], headers={"ETag": '"x"'})

    one = source(web.url("/t.xml"))
    assert collect().failures[0].error == "not-a-feed"
    served["body"] = feed("Un")
    assert collect(NOW + timedelta(days=1)).new == 1
    one.refresh_from_db()
    assert one.etag == '"x"'


def test_a_429_holds_the_whole_host_even_for_all(web: Web) -> None:
    slow = source(web.add("/slow", status=429, headers={"Retry-After": "86400"}))
    collect()
    slow.refresh_from_db()
    assert (slow.error_count, slow.error_code) == (0, "")
    assert slow.next_check == pytest.approx(NOW + timedelta(days=1), abs=timedelta(seconds=5))
    hold = Host.objects.get(name=web.host)
    assert hold.hold_until is not None
    neighbour = source(web.add("/fine.xml", feed("Un")))
    asked = len(web.requests)
    report = collect(NOW + timedelta(hours=5), all=True)
    assert (report.held, report.fetched, len(web.requests)) == (2, 0, asked)
    later = collect(NOW + timedelta(days=2), all=True, only=[neighbour.pk])
    assert later.new == 1


def test_a_503_with_a_delay_holds_its_source_even_for_all(web: Web) -> None:
    down = source(web.add("/down", status=503, headers={"Retry-After": "86400"}))
    fine = source(web.add("/fine.xml", feed("Un")))
    assert collect().new == 1
    asked = len(web.requests)
    report = collect(NOW + timedelta(hours=5), all=True, only=[down.pk])
    assert (report.due, report.held, report.failed, len(web.requests)) == (1, 1, 0, asked)
    (hold,) = report.holds
    assert hold.source == down.pk
    assert "ce site demande d’attendre jusqu’" in hold.sentence()
    assert "en panne" in hold.sentence()
    assert collect(NOW + timedelta(hours=5), all=True, only=[fine.pk]).held == 0
    web.add("/down", feed("Deux"))
    assert collect(NOW + timedelta(days=2), all=True, only=[down.pk]).new == 1
    down.refresh_from_db()
    assert down.hold_until is None


def test_refused_gone_and_lost_sources_are_told_apart(web: Web) -> None:
    refused = source(web.add("/403", status=403))
    gone = source(web.add("/410", status=410))
    lost = source(web.add("/404", status=404))
    collect()
    refused.refresh_from_db()
    gone.refresh_from_db()
    assert (refused.state, gone.state) == ("refused", "active")
    assert refused.error_message.startswith("Le site refuse")
    collect(NOW + timedelta(hours=25), all=True)
    gone.refresh_from_db()
    assert gone.state == "suspended"
    assert "suspendu" in gone.error_message
    collect(NOW + timedelta(days=8), all=True)
    lost.refresh_from_db()
    assert "plus de 7 jours" in lost.error_message
    web.add("/403", feed("Un"))
    collect(NOW + timedelta(days=9), all=True)
    refused.refresh_from_db()
    assert (refused.state, refused.error_code) == ("active", "")


def test_by_hand_and_suspended_sources_are_never_asked(web: Web) -> None:
    for state in ("manual", "suspended", "removed"):
        source(web.add(f"/{state}", feed("Un")), state=state)
    source("", state="manual")
    assert collect(all=True).due == 0
    assert web.requests == []


def test_twenty_attempts_are_kept(web: Web) -> None:
    one = source(web.add("/n.xml", feed("Un")))
    for day in range(23):
        collect(NOW + timedelta(days=day), all=True)
    assert one.attempts.count() == 20
    assert one.attempts.first() == Attempt.objects.latest("at")


def test_the_wish_of_a_feed_outlives_its_304(web: Web) -> None:
    @web.handle("/w.xml")
    def served(request: Request) -> Answer:
        known = request.headers.get("if-none-match")
        return Answer(status=304) if known else Answer(feed("1", "2", "3", ttl=720), headers=tag)

    tag = {"ETag": '"1"'}
    one = source(web.url("/w.xml"))
    for hours in (0, 24):
        collect(NOW + timedelta(hours=hours))
        one.refresh_from_db()
        assert one.next_check >= NOW + timedelta(hours=hours + 12)
        assert "le site demande 12" in one.why.replace("\u00a0", " ")


def test_when_no_name_resolves_it_is_our_network() -> None:
    names = [source(f"https://nom{n}.invalid/rss") for n in range(5)]
    report = collect()
    assert report.network_down
    assert report.failed == 5
    for one in names:
        one.refresh_from_db()
        assert (one.error_count, one.error_code) == (0, "")
        assert "connexion" in one.why


def test_a_stranger_host_is_asked_one_at_a_time_and_spaced(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if loopback were anybody's: the policy lets the test reach it, courtesy is owed."""
    monkeypatch.setattr(courtesy, "exempt", lambda host: False)
    monkeypatch.setattr(courtesy, "SPACING", timedelta(seconds=0.2))
    inside, most = [0], [0]

    @web.handle("/p.xml")
    def served(request: Request) -> Answer:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        inside[0] -= 1
        return Answer(feed("Un", prefix=request.target))

    for n in range(4):
        source(web.url(f"/p.xml?{n}"))
    report = collect()
    assert (report.fetched, most[0]) == (4, 1)
    host = Host.objects.get(name=web.host)
    assert (host.busy_until, host.busy_by) == (None, "")
    assert report.seconds >= 3 * 0.2


def test_a_host_busy_in_another_process_is_waited_for(web: Web) -> None:
    at = timezone.now()
    assert courtesy.take("site.example", "a", at)
    assert not courtesy.take("site.example", "b", at)
    courtesy.leave("site.example", "b", at)  # not b's to give
    assert not courtesy.take("site.example", "b", at + timedelta(seconds=30))
    courtesy.leave("site.example", "a", at + timedelta(seconds=30))
    assert not courtesy.take("site.example", "b", at + timedelta(seconds=31))
    assert courtesy.take("site.example", "b", at + timedelta(seconds=33))


def test_a_hold_only_grows(db: None) -> None:
    at = timezone.now()
    for days in (1, 9, 3):
        courtesy.hold("site.example", at + timedelta(days=days), "attendez")
    held = courtesy.held(at + timedelta(days=8))
    assert held["site.example"][0] == at + timedelta(days=9)
    assert Host.objects.get(name="site.example").strikes == 3


def test_our_user_agent_says_who_we_are(settings: Any) -> None:
    settings.CONTACT = "veille@centre.example"
    policy = courtesy.policy()
    assert isinstance(policy, FetchPolicy)
    assert policy.user_agent.startswith("Vigie/")
    assert "veille@centre.example" in policy.user_agent


def test_a_stopped_run_gives_its_claims_back(web: Web) -> None:
    stop = Event()

    @web.handle("/s.xml")
    def served(request: Request) -> Answer:
        stop.set()
        return Answer(feed("Un", prefix=request.target))

    for n in range(run.WORKERS * 2):
        source(web.url(f"/s.xml?{n}"))
    report = collect(stop=stop)
    assert 0 < report.fetched <= run.WORKERS
    assert not Source.objects.exclude(claimed_by="").exists()
    assert collect(NOW + timedelta(seconds=1)).fetched == run.WORKERS * 2 - report.fetched
