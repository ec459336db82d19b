"""Every house rule has a bad letter that fails its check, and the good letters fail none.

Each case takes a good letter, spoils one thing, and names the finding that must appear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter import checks
from newsletter.letter import (
    JOINER,
    UNSUBSCRIBE_TOKEN,
    CheckContext,
    Finding,
    IssueContent,
    Letter,
    SectionContent,
)
from newsletter.rendering import render
from tests import sample_letter
from tests.sample_letter import SEND_DAY, TODAY, monthly, thematic, with_entry

GOOD = render(monthly())
SOURCE = (
    "Les trois dernières barres du quartier tomberont avant le printemps, a annoncé mardi la "
    "présidente de la communauté urbaine devant les locataires réunis en mairie."
)


@dataclass
class Bad:
    """A spoilt letter: content rendered anew, or the good HTML or text with a replacement."""

    content: IssueContent = field(default_factory=monthly)
    html: Callable[[str], str] = str
    text: Callable[[str], str] = str
    letter: dict[str, str] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        made = GOOD if self.content == sample_letter.MONTHLY else render(self.content)
        letter = replace(made, html=self.html(made.html), text=self.text(made.text))
        return run(replace(letter, **self.letter), self.content, **self.context)


def run(letter: Letter, content: IssueContent, **known: Any) -> list[Finding]:
    return checks.run(letter, CheckContext(content, TODAY, SEND_DAY, **known))


def swap(old: str, new: str, *, times: int = 1) -> Callable[[str], str]:
    def swapped(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, times)

    return swapped


def add(html: str) -> Callable[[str], str]:
    """Puts HTML in the first entry of the second section."""
    return swap('<h3 id="e111"', f'{html}<h3 id="e111"')


def entry(id: int = 111, **fields: Any) -> Bad:
    return Bad(content=with_entry(monthly(), id, **fields))


def identity(**fields: str) -> Bad:
    return Bad(content=monthly(identity=replace(sample_letter.IDENTITY, **fields)))


def many(count: int) -> IssueContent:
    news = tuple(replace(sample_letter.NEWS[0], id=1000 + n, url=f"https://a.example/{n}",
                         title=f"Titre numéro {n}") for n in range(count))  # fmt: skip
    return monthly(sections=(SectionContent("a", "À lire", "list", news),))


def no_dark(html: str) -> str:
    return html.replace("prefers-color-scheme", "prefers-contrast")


IMAGE = '<img src="https://centre.example/carte.png" alt="Carte" width="200">'
ELSEWHERE = '<a href="https://a.example/x" style="color:#0b5a8a;text-decoration:underline">'

CASES: dict[str, list[Bad]] = {
    "L101": [Bad(html=add("<p>" + "x" * 100_000 + "</p>"))],
    "L102": [Bad(html=add("<p>" + "x" * 60_000 + "</p>"))],
    "L103": [Bad(html=swap("</head>", "<style>" + "a{margin:0}" * 800 + "</style></head>"))],
    "L104": [Bad(html=swap("</head>", "<style>" + "a{margin:0}" * 1600 + "</style></head>"))],
    "L105": [
        Bad(html=add("<p>{{ prenom }}</p>")),
        Bad(html=add("<p>[[prenom]]</p>")),
        Bad(html=add("<p>*|FNAME|*</p>")),
        Bad(html=add("<mj-text>a</mj-text>")),
        Bad(html=add("<p>None</p>")),
        Bad(html=add("<p>Lorem ipsum dolor</p>")),
    ],
    "L106": [Bad(html=add(f"<{tag}></{tag}>")) for tag in ("script", "form", "iframe", "video")],
    "L107": [Bad(html=swap("<!--[if mso | IE]>", "<!-- -->"))],
    "L108": [Bad(content=many(41))],
    "L109": [Bad(content=many(70))],
    "L201": [Bad(html=swap('<html lang="fr"', '<html lang="und"'))],
    "L202": [Bad(html=swap('dir="ltr"', 'dir="auto"'))],
    "L203": [Bad(html=swap('role="article" lang="fr"', 'role="article"'))],
    "L204": [Bad(letter={"subject": "Un tout autre objet, changé après coup"})],
    "L205": [Bad(html=add("<h1>Encore</h1>")), Bad(html=lambda s: re.sub("<(/?)h1", r"<\1p", s))],
    "L206": [Bad(html=lambda s: re.sub("<(/?)h2", r"<\1p", s))],
    "L207": [Bad(html=add("<table><tr><td>a</td></tr></table>"))],
    "L208": [Bad(html=add('<table role="table"><tr><td>a</td></tr></table>'))],
    "L209": [Bad(html=swap(">Ressources</h2>", ">Resources</h2>"))],
    "L210": [
        Bad(html=add('<p style="text-align:justify">a</p>')),
        Bad(html=add("<p>TRENTE MÉDIATEURS RECRUTÉS À LENS</p>")),
        Bad(html=add('<p style="text-transform:uppercase">trente médiateurs recrutés</p>')),
    ],
    "L301": [Bad(html=add(IMAGE.replace(' alt="Carte"', "")))],
    "L302": [Bad(html=add(ELSEWHERE + IMAGE.replace("Carte", "") + "</a>"))],
    "L303": [Bad(html=add(IMAGE.replace("https:", "http:"))), Bad(html=add('<img src="a.png">'))],
    "L304": [
        Bad(html=add(IMAGE.replace("carte.png", "carte.svg"))),
        Bad(html=add('<img src="data:image/png;base64,AA" alt="" width="9">')),
    ],
    "L305": [Bad(html=add(IMAGE.replace("carte.png", f"c.{x}"))) for x in ("webp", "avif")],
    "L306": [Bad(html=add(IMAGE.replace(' width="200"', "")))],
    "L307": [
        Bad(html=add(IMAGE.replace("Carte", "carte.png"))),
        Bad(html=add(IMAGE.replace("Carte", "mot " * 40))),
    ],
    "L308": [Bad(html=add(IMAGE.replace("200", "1")))],
    "L401": [Bad(html=add(ELSEWHERE + "</a>"))],
    "L402": [Bad(html=add(f"{ELSEWHERE}{name}</a>")) for name in ("Cliquez ici", "lire la suite…")],
    "L403": [
        *(Bad(html=add(ELSEWHERE.replace("https://a.example/x", url) + "Le guide</a>"))
          for url in ("#", "", "javascript:alert(1)", "/page", "http://localhost:8000/a",
                      "https://192.168.1.4/a", "https://preview.site.example/a", "https://[::1/")),
        entry(url="javascript:alert(1)"),
        entry(url="https://nom:secret@site.example/"),
        entry(url=UNSUBSCRIBE_TOKEN),
    ],
    "L404": [entry(url="http://grandplace.example/epeule")],
    "L405": [Bad(html=add(ELSEWHERE + "www.a.example/x</a>"))],
    "L406": [entry(title=sample_letter.NEWS[1].title)],
    "L407": [Bad(html=add('<a href="#agenda">Agenda</a>'))],
    "L408": [entry(url="https://grandplace.example/" + "a" * 500)],
    "L409": [Bad(content=monthly(web_url="http://127.0.0.1:8000/lettres/112"))],
    "L411": [entry(url="https://grandplace.example/a?utm_source=rss")],
    "L412": [
        entry(url="https://grandplace.example/a?m=elise%40exemple.fr"),
        Bad(html=add(f'<a href="https://a.example/?r={UNSUBSCRIBE_TOKEN}">Le guide</a>')),
    ],
    "L501": [
        Bad(html=add('<p style="color:#999999">Pâle</p>')),
        Bad(html=add('<p style="color:#8a8a8a;font-size:24px;background:#c9c9c9">Pâle</p>')),
        Bad(html=add('<p style="color:#ffffff">' + IMAGE + "</p>")),
    ],
    "L502": [
        Bad(html=swap(".v img{color:#e9ecef", ".v img{color:#1a1f24")),
        Bad(html=lambda s: s.replace(".v .q p{color:#aab4be", ".v .q p{color:#3a3f44")),
    ],
    "L503": [Bad(html=add('<p style="font-size:11px">Petit</p>'))],
    "L504": [Bad(html=add('<p style="font-size:13px">Petit</p>'))],
    "L505": [Bad(html=add(ELSEWHERE.replace("underline", "none") + "Le guide</a>"))],
    "L506": [Bad(html=no_dark), Bad(html=lambda s: s.replace('name="color-scheme"', 'name="x"'))],
    "L507": [
        Bad(html=add('<img src="https://tiers.example/p.png" alt="" width="20">')),
        Bad(html=swap("</head>", '<link rel="stylesheet" href="https://polices.example/a"></head>')),
        Bad(html=swap("</head>", "<style>@import url(https://polices.example/a);</style></head>")),
        Bad(html=add('<p style="background:url(https://tiers.example/f.png)">a</p>')),
        Bad(html=add('<table role="none" background="https://tiers.example/f.png"></table>')),
    ],
    "L508": [Bad(html=add("<h3>Sans couleur</h3>"))],
    "L601": [Bad(letter={"subject": " "})],
    "L602": [Bad(letter={"subject": "a" * 91})],
    "L603": [Bad(context={"sent_subjects": frozenset([GOOD.subject.upper()])})],
    "L604": [Bad(letter={"subject": "Novembre"}), Bad(letter={"subject": "a" * 61})],
    "L605": [Bad(letter={"preheader": ""}), Bad(letter={"preheader": GOOD.subject})],
    "L606": [Bad(letter={"preheader": "Courte"}), Bad(letter={"preheader": "a" * 91})],
    "L607": [identity(sender_name=""), identity(sender_address="lettre")],
    "L701": [Bad(letter={"text": "\n"})],
    "L702": [Bad(text=swap(sample_letter.NEWS[0].url, ""))],
    "L703": [Bad(text=swap(UNSUBSCRIBE_TOKEN, ""))],
    "L704": [Bad(text=lambda s: s + "mot " * 30)],
    "L705": [Bad(text=lambda s: s + "<strong>a</strong>"), Bad(text=lambda s: s + "a &amp; b")],
    "L801": [
        Bad(html=lambda s: s.replace(UNSUBSCRIBE_TOKEN, "https://centre.example/")),
        Bad(html=swap("</body>", "<p>" + "mot " * 3000 + "</p></body>")),
    ],
    "L802": [identity(postal_address=""), Bad(html=swap("rue des Écluses", ""))],
    "L803": [identity(privacy_url="")],
    "L804": [identity(publisher="")],
    "L805": [Bad(html=lambda s: s.replace(monthly().web_url, "https://centre.example/x"))],
    "L806": [identity(list_id=""), identity(list_id="lettre <centre.example>")],
    "L807": [identity(reply_to="")],
    "L808": [identity(name=" ")],
    "L901": [entry(source=""), entry(published=None)],
    "L902": [entry(published=SEND_DAY - timedelta(days=46))],
    "L903": [Bad(context={"sent_urls": {sample_letter.NEWS[0].url: "Lettre mensuelle n° 41"}})],
    "L904": [entry(141, event_start=SEND_DAY - timedelta(days=1)), entry(event_start=TODAY)],
    "L905": [entry(131, deadline=date(2026, 11, 30)), entry(deadline=TODAY)],
    "L906": [Bad(html=lambda s: s.replace(", réservé aux abonnés", ""))],
    "L908": [entry(url=sample_letter.NEWS[1].url)],
    "L909": [
        entry(summary="Une aide pour les habitant·es du quartier."),
        entry(title="Dix professionnel.le.s formé.e.s à Lens"),
        Bad(content=monthly(edito_text="Cher·e·s collègues, bonjour.")),
    ],
    "L910": [entry(title=" ")],
    "L911": [entry(url="")],
    "L912": [entry(title="mot " * 50)],
    "L913": [Bad(content=monthly(edito_signature="")), Bad(content=monthly(edito_text="a " * 130))],
    "L914": [entry(131, deadline=None), entry(141, event_start=None)],
    "L951": [Bad(content=with_entry(monthly(), 101, summary=SOURCE[:100]),
                 context={"source_texts": {101: SOURCE}}),
             Bad(content=with_entry(monthly(), 101, importance=SOURCE[:100]),
                 context={"source_texts": {101: SOURCE}})],
    "L952": [Bad(content=with_entry(monthly(), 101, summary="Une annonce attendue depuis dix ans "
                 "par tous les voisins : devant les locataires réunis, a annoncé mardi la "
                 "présidente de la communauté urbaine, sans donner de date précise ni de budget "
                 "pour la suite des travaux promis aux familles."),
                 context={"source_texts": {101: SOURCE}})],
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "bad"), [(number, bad) for number, bads in CASES.items() for bad in bads]
)
def test_a_bad_letter_fails_its_check(number: str, bad: Bad) -> None:
    found = [finding for finding in bad.findings() if finding.id == number]
    assert found, f"{number} did not see it; found {[one.id for one in bad.findings()]}"
    for finding in found:
        assert finding.what.endswith((".", ". »"))
        assert finding.fix
        assert finding.where


def test_every_check_has_a_bad_letter() -> None:
    folder = Path(checks.__file__).parent
    ids = {found for file in folder.glob("*.py")
           for found in re.findall(r'"(L\d{3})"', file.read_text(encoding="utf-8"))}  # fmt: skip
    assert ids == set(CASES)


@pytest.mark.parametrize("content", [monthly(), thematic()], ids=["monthly", "thematic"])
def test_a_good_letter_has_no_finding(content: IssueContent) -> None:
    assert run(render(content), content) == []


@pytest.mark.parametrize("font", ["georgia", "arial", "verdana"])
@pytest.mark.parametrize("accent", ["#0B5A8A", "#7C2D12", "#FFD500", "#000000", "#ffffff", "red"])
def test_any_colour_a_centre_may_choose_stays_readable(accent: str, font: str) -> None:
    identity = replace(sample_letter.IDENTITY, accent=accent, font=font)
    for content in (monthly(identity=identity), thematic(identity=identity)):
        assert run(render(content), content) == []


def test_a_logo_of_the_centre_is_allowed_and_described() -> None:
    identity = replace(sample_letter.IDENTITY, logo_url="https://centre.example/logo.png",
                       logo_alt="Centre de ressources politique de la ville")  # fmt: skip
    content = monthly(identity=identity)
    assert run(render(content), content) == []
    elsewhere = replace(identity, logo_url="https://images.example/logo.png")
    letter = render(monthly(identity=elsewhere))
    assert [one.id for one in run(letter, monthly(identity=elsewhere))] == ["L507"]
    allowed = frozenset(["images.example"])
    assert run(letter, monthly(identity=elsewhere), loaded_hosts_allowed=allowed) == []


def test_press_without_a_summary_is_fine_and_own_words_too() -> None:
    for summary in ("", "La fin d’un chantier de dix ans, que les locataires suivent de près."):
        content = with_entry(monthly(), 101, summary=summary)
        assert run(render(content), content, source_texts={101: SOURCE}) == []


def test_a_deadline_on_the_day_of_sending_is_not_past() -> None:
    content = with_entry(monthly(), 131, deadline=SEND_DAY)
    assert run(render(content), content) == []


def test_a_finding_names_its_entry_and_keeps_its_key() -> None:
    found = entry(112, source="").findings()
    assert [(one.entry, one.where) for one in found] == [(112, "Territoires en action, 2")]
    assert found[0].key == "L901:112"


def test_errors_come_before_warnings() -> None:
    found = Bad(content=with_entry(monthly(), 112, source=""), letter={"subject": "Novembre"})
    kinds = [one.severity for one in found.findings()]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"error", "warning"}


def test_a_title_in_template_language_is_no_error() -> None:
    content = monthly(subject="Le moteur {{ prénom }} et *|FNAME|* expliqués")
    letter = render(content)
    assert JOINER in letter.subject
    assert run(letter, content) == []


def test_on_a_trial_machine_local_links_are_one_warning() -> None:
    content = with_entry(monthly(web_url="http://127.0.0.1:8000/l"), 111, url="http://127.0.0.1:1/")
    assert [one.id for one in run(render(content), content)] == ["L409"]


@pytest.mark.parametrize("html", ["", "<", "<p>a", "\0", "<html></html>", "a" * 100])
def test_no_html_breaks_the_checks(html: str) -> None:
    assert run(replace(GOOD, html=html), monthly())
