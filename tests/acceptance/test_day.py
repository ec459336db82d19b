"""The day that must work, by real parts: `vigie serve`, a feed over HTTP, Chromium, SMTP.

Amina keeps three items from the keyboard; Bruno proposes, edits, looks, mends what pre-flight
found; Claire approves; the letter leaves, is read, and a reader leaves the letter by one POST.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests import processes
from tests.browser import shot, violations
from tests.mailbox import Mailbox
from tests.schedules.test_serving import Serving
from tests.web import Web

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "une phrase longue et sûre"
READERS = ("lea@exemple.example", "marc@exemple.example", "nadia@exemple.example")
CENTRE = """
from veille.models import Centre
Centre.objects.update_or_create(pk=1, defaults={
    "name": "Centre des quartiers", "postal_address": "1 rue des Écoles, 59000 Lille",
    "contact_email": "contact@centre.example", "publisher": "Claire Martin",
    "site_url": "https://centre.example/", "privacy_url": "https://centre.example/donnees"})
"""
LETTER = (
    "sender=Centre des quartiers <lettre@centre.example>",
    "reply_to=contact@centre.example",
    "list_id=mensuelle.centre.example",
)
STORIES = (
    ("Dunkerque : la rénovation du Jeu-de-Mail entre dans sa dernière phase", "npnru"),
    ("Cités éducatives : une nouvelle convention à Roubaix pour trois ans", "cité éducative"),
    ("Maubeuge : le conseil citoyen du quartier des Tilleuls ouvre un local", "conseil citoyen"),
    ("Football : le derby finit sur un score nul", "sport"),
)


def feed() -> str:
    """Four stories of the last hours."""
    now = datetime.now(UTC)
    entries = "".join(
        f"<item><title>{title}</title><link>https://gazette.example/{n}</link><guid>g{n}</guid>"
        f"<description>{words}, dans un quartier prioritaire de la politique de la ville."
        f"</description><pubDate>{format_datetime(now - timedelta(hours=n))}</pubDate></item>"
        for n, (title, words) in enumerate(STORIES)
    )
    return f'<rss version="2.0"><channel><title>La Gazette</title>{entries}</channel></rss>'


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made


@pytest.fixture
def env(transactional_db: None, tmp_path: Path, mailbox: Mailbox, web: Web) -> dict[str, str]:
    """A centre on its first morning: set up by the commands, one source read, three readers."""
    made = processes.environment(tmp_path, VIGIE_LOG_LEVEL="ERROR", VIGIE_SMTP_URL=mailbox.url)
    web.add("/flux.xml", feed(), headers={"Content-Type": "application/rss+xml"})
    processes.vigie(made, "setup", timeout=120).check_returncode()
    made["DJANGO_SETTINGS_MODULE"] = "veille.site.settings"
    processes.run(made, "manage.py", "shell", "-v", "0", "-c", CENTRE).check_returncode()
    settings = [word for pair in LETTER for word in ("--set", pair)]
    for words in (
        ["sources", "add", web.url("/flux.xml")],
        ["collect"],
        ["letters", "configure", "monthly", "--provider", "smtp", *settings],
        *(["subscribers", "add", reader, "--letter", "monthly"] for reader in READERS),
    ):
        done = processes.vigie(made, *words, timeout=120)
        assert done.returncode == 0, (words, done.stderr)
    return made


@pytest.fixture
def serving(env: dict[str, str]) -> Iterator[Serving]:
    with processes.started(env, "-m", "veille.cli", "serve", "--port", "0") as process:
        running = Serving(process)
        yield running
        process.terminate()
        running.listener.join(30)


def enter(browser: Browser, env: dict[str, str], url: str, name: str, role: str) -> Page:
    """A colleague's first sign-in, by the one-time link the command line gives."""
    email = f"{name.lower()}@centre.example"
    done = processes.vigie(env, "staff", "add", email, "--role", role, "--name", name, "--json")
    link = next(row["link"] for row in json.loads(done.stdout) if row["email"] == email)
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR").new_page()
    page.set_default_timeout(20_000)
    page.goto(url + link[link.index("/compte") :])
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer et entrer").click()
    page.get_by_role("heading", level=1).wait_for()
    return page


def look(page: Page, name: str) -> None:
    """axe finds nothing serious; pictures at 375 and 1280 px, light and dark."""
    assert violations(page, exclude=[["iframe"]]) == [], name
    shot(page, f"jour-{name}")


def triage(page: Page) -> None:
    """Three items kept, one dropped, by the keyboard alone; a summary each, in the team's words."""
    page.keyboard.press("j")
    for number in range(3):
        page.keyboard.press("s")
        page.locator("#own-summary").fill(f"Résumé n° {number + 1}, écrit par l’équipe du centre.")
        page.keyboard.press("Escape")
        expect(page.locator("#toasts")).to_contain_text("Enregistré")
        page.keyboard.press("r")
        expect(page.locator(".row.decided")).to_have_count(number + 1)
    look(page, "aujourdhui")


def compose(page: Page, url: str) -> str:
    """Proposes the month, empties the subject, is told, mends it, looks at the true letter."""
    page.goto(f"{url}/lettres/")
    page.get_by_role("button", name="Proposer un brouillon").click()
    page.locator("#subject").wait_for()
    address = page.url.split("?")[0]
    page.locator("#subject").fill("")
    page.locator("#preheader").fill("Trois nouvelles des quartiers, et ce qu’elles changent.")
    page.locator("#edito").fill("Un mois de **chantiers**. Bonne lecture à toutes et à tous.")
    with page.expect_response(lambda answer: "/champs" in answer.url):
        page.locator("#edito_signature").fill("Bruno, chargé de communication")
    expect(page.get_by_text(re.compile("enregistré"))).to_be_visible()
    expect(page.frame_locator("iframe").first.get_by_text("chantiers")).to_be_visible()
    look(page, "composer")
    check = address.rstrip("/") + "/verifier"
    page.goto(check)
    expect(page.get_by_role("button", name="Figer et faire relire")).to_be_disabled()
    expect(page.locator("main")).to_contain_text("Objet")
    look(page, "verifier-bloque")
    page.goto(address)
    with page.expect_response(lambda answer: "/champs" in answer.url):
        page.locator("#subject").fill("Jeu-de-Mail, cités éducatives, conseil citoyen – novembre")
    expect(page.get_by_text(re.compile("enregistré"))).to_be_visible()
    page.goto(check)
    for reason in page.locator("input[name^=r][id^=r]").all():
        reason.fill("Vu avec la direction.")
    assert page.locator("#why-not").count() == 0, page.locator("main").inner_text()
    look(page, "verifier")
    page.get_by_role("button", name="Figer et faire relire").click()
    page.wait_for_load_state()
    return address.rstrip("/")


def send(page: Page, address: str) -> None:
    """The last sheet, with the number of readers typed; then the ledger's words."""
    page.goto(f"{address}/envoi")
    look(page, "derniere-feuille")
    page.get_by_label("Maintenant").check()
    page.locator("#typed").fill("3")
    page.get_by_role("button", name="Confirmer l’envoi").click()
    expect(page.get_by_text("3 acceptés sur 3 destinataires")).to_be_visible(timeout=60_000)
    look(page, "envoye")


@pytest.mark.timeout(400)
def test_the_day_from_the_feed_to_the_reader_who_leaves(
    serving: Serving, env: dict[str, str], browser: Browser, mailbox: Mailbox
) -> None:
    amina = enter(browser, env, serving.url, "Amina", "veilleur")
    triage(amina)
    bruno = enter(browser, env, serving.url, "Bruno", "communication")
    address = compose(bruno, serving.url)
    claire = enter(browser, env, serving.url, "Claire", "direction")
    claire.goto(f"{address}/relire")
    look(claire, "relire")
    claire.get_by_role("button", name="Approuver cet envoi").click()
    expect(claire.get_by_text("Approuvé par")).to_be_visible()
    send(bruno, address)

    mailbox.wait_for(3)
    assert set(mailbox.counts()) == set(READERS)
    (message,) = mailbox.messages(READERS[0])
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text
    assert html
    assert "Jeu-de-Mail" in text.get_content()
    reader = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    reader.set_content(html.get_content())
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    assert violations(reader) == []
    shot(reader, "jour-lettre-recue")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    path = link[link.index("/desabonnement") :]
    assert requests.get(serving.url + path, timeout=10).status_code == 200
    assert _states(env, READERS[0]) == "active", "looking is not leaving"
    one_click = {"List-Unsubscribe": "One-Click"}
    left = requests.post(serving.url + path, data=one_click, timeout=10, allow_redirects=False)
    assert left.status_code == 200
    assert _states(env, READERS[0]) == "left"
    status = processes.vigie(env, "letters", "status", "1", "--json")
    told = json.loads(status.stdout)
    assert (told["audience"], told["accepted"], told["in_doubt"]) == (3, 3, 0)
    reader.goto(f"{serving.url}/archives")
    look(reader, "archives")
    serving.process.terminate()
    assert serving.process.wait(30) == 0


def _states(env: dict[str, str], reader: str) -> str:
    code = (
        "from newsletter.models import Subscription;"
        f"print(Subscription.objects.get(subscriber__address='{reader}').state)"
    )
    return processes.run(env, "manage.py", "shell", "-v", "0", "-c", code).stdout.strip()
