"""Adding by address: what one GET shows, what is refused, and what a person decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests import make
from tests.veille.collecting.test_collecting import feed
from tests.web import Web
from veille import sourcing
from veille.collecting import courtesy
from veille.exceptions import BadInput, Refused
from veille.models import Source
from veille.sourcing import addresses
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db
PAGE = """<!doctype html><html><head>
<link rel="alternate" type="application/rss+xml" title="Actualités" href="/feed.xml">
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="/comments.xml">
</head><body>Bonjour</body></html>"""


def test_a_feed_is_ready_after_one_request(web: Web) -> None:
    found = sourcing.probe(web.add("/feed.xml", feed("Un", "Deux")))
    assert (found.verdict, found.name, found.entries) == ("ready", "T", 2)
    assert set(found.titles) == {"Un", "Deux"}
    assert web.paths() == ["/feed.xml"]
    assert not Source.objects.exists()


def test_a_page_shows_the_feeds_it_announces(web: Web) -> None:
    found = sourcing.probe(web.add("/", PAGE))
    assert found.verdict == "choose"
    assert found.candidates[0].url == web.url("/feed.xml")
    assert found.candidates[0].title == "Actualités"
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("body", "status", "verdict"),
    [
        ("<!doctype html><p>rien", 200, "manual"),
        ("", 503, "check"),
        ("", 403, "check"),
        ("<rss><channel><item>", 200, "ready"),
    ],
)
def test_what_cannot_be_read_today_says_so(web: Web, body: str, status: int, verdict: str) -> None:
    found = sourcing.probe(web.add("/x", body, status=status))
    assert found.verdict == verdict
    assert found.message


def test_a_permanent_move_gives_its_new_address_and_a_temporary_one_does_not(web: Web) -> None:
    web.add("/new.xml", feed("Un"))
    old = web.add("/old", status=301, headers={"Location": "/new.xml"})
    for_now = web.add("/now", status=302, headers={"Location": "/new.xml"})
    assert sourcing.probe(old).url == web.url("/new.xml")
    assert sourcing.probe(for_now).url == for_now


def test_duplicates_are_refused_by_name_before_any_request(web: Web, amina: User) -> None:
    make.source(name="La Voix", url=web.add("/feed.xml", feed("Un")))
    for url in (web.url("/feed.xml"), web.url("/feed.xml/"), web.url("/feed.xml#haut")):
        with pytest.raises(Refused, match="La Voix"):
            sourcing.probe(url)
        with pytest.raises(Refused, match="La Voix"):
            sourcing.add(url, actor=amina)
    assert web.requests == []


@pytest.mark.parametrize(
    "typed",
    ["", "bonjour", "ftp://a.example/x", "file:///etc/passwd", "javascript:alert(1)",
     "https://u:p@a.example/", "http://[::1", "https://a.example:99999/", "mailto:a@b.example"],
)  # fmt: skip
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(BadInput):
        addresses.clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" www.ville.example/feed \n", "https://www.ville.example/feed"),
        ("feed://ville.example/rss", "http://ville.example/rss"),
        ("feed:https://ville.example/rss", "https://ville.example/rss"),
        ("HTTPS://Ville.example/Rss#x", "https://Ville.example/Rss"),
        ("https://été.example/rss?a=1&b=2", "https://été.example/rss?a=1&b=2"),
    ],
)
def test_an_address_is_cleaned_as_typed(typed: str, kept: str) -> None:
    assert addresses.clean(typed) == kept


def test_a_private_address_is_not_asked(web: Web, settings: object) -> None:
    settings.FETCH_ALLOW = []  # type: ignore[attr-defined]
    found = sourcing.probe(web.add("/feed.xml", feed("Un")))
    assert found.verdict == "check"
    assert web.requests == []


def test_a_held_host_is_left_alone(web: Web) -> None:
    from datetime import timedelta

    from django.utils import timezone

    courtesy.hold(web.host, timezone.now() + timedelta(hours=3), "il demande 3 h")
    with pytest.raises(Refused, match="il demande 3 h"):
        sourcing.probe(web.url("/feed.xml"))
    assert web.requests == []


def test_the_command_line_follows_a_page_to_its_feed(web: Web, amina: User) -> None:
    web.add("/feed.xml", feed("Un"))
    added = sourcing.add_probed(web.add("/", PAGE), actor=amina)
    assert (added.source.url, added.source.name) == (web.url("/feed.xml"), "T")
    assert added.others == (web.url("/comments.xml"),)
    assert added.source.state == "active"
    assert AuditEntry.objects.get(verb="added source").actor == amina


def test_a_page_without_feed_may_be_kept_by_hand(web: Web) -> None:
    page = web.add("/", "<!doctype html><p>rien")
    with pytest.raises(Refused, match="--kind page"):
        sourcing.add_probed(page, actor=None)
    assert len(web.requests) <= 3
    source = sourcing.add_probed(page, actor=None, kind="page", name="Page").source
    assert (source.state, source.kind) == ("manual", "page")
    with pytest.raises(BadInput):
        sourcing.add(web.url("/y"), actor=None, kind="telepathie")


def test_amina_looks_first_and_saves_what_she_chose(
    web: Web, amina: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(amina)
    web.add("/feed.xml", feed("Un"))
    page = client.post("/sources/ajouter", {"act": "probe", "url": web.add("/", PAGE)})
    assert "Choisissez un flux" in page.content.decode()
    ready = client.post("/sources/ajouter", {"act": "probe", "url": web.url("/feed.xml")})
    assert "prête" in ready.content.decode()
    assert not Source.objects.exists()
    form = {"act": "save", "kind": "feed", "url": web.url("/feed.xml"), "name": "Ma ville"}
    saved = client.post("/sources/ajouter", form, follow=True)
    assert "elle sera lue au prochain relevé" in saved.content.decode()
    again = client.post("/sources/ajouter", form)
    assert again.status_code == 422
    assert "Ma ville" in again.content.decode()


def test_a_dead_address_is_found_again_from_the_site(
    web: Web, amina: User, as_user: Callable[[User], Client]
) -> None:
    web.add("/", PAGE)
    dead = make.source(name="Morte", url=web.url("/dead.xml"), site_url=web.url("/"))
    client = as_user(amina)
    page = client.post(f"/sources/{dead.pk}/chercher").content.decode()
    assert web.url("/feed.xml") in page
    assert "Prendre cette adresse" in page
    form = client.get(f"/sources/{dead.pk}/modifier", {"url": web.url("/feed.xml")})
    assert f'value="{web.url("/feed.xml")}"' in form.content.decode()
    dead.refresh_from_db()
    assert dead.url == web.url("/dead.xml")


def test_checking_now_tells_what_came_of_it(
    web: Web, amina: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(amina)
    good = make.source(name="Bonne", url=web.add("/feed.xml", feed("Un")))
    bad = make.source(name="Cassée", url=web.url("/dead.xml"))
    answer = client.post(f"/sources/{good.pk}/relever", follow=True)
    assert "1\u00a0contenu nouveau" in answer.content.decode()
    answer = client.post(f"/sources/{bad.pk}/relever", follow=True)
    assert "La page n’existe pas ou plus" in answer.content.decode()
