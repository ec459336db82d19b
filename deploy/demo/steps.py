"""The steps of the demonstration, each a real `vigie` process (or several), each one line said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from letterbox import mails
from stage import HERE, Stage, StepFailed
from web import Web

from veille.french import PARIS, count, number

PASSWORD = "demonstration-vigie"  # noqa: S105  # printed on screen, on loopback only
CAST = (
    ("amina", "veilleur", "Amina", "garde la veille"),
    ("bruno", "communication", "Bruno", "écrit les lettres"),
    ("claire", "direction", "Claire", "relit et approuve"),
    ("denis", "administrateur", "Denis", "administre"),
    ("elise", "lecture", "Élise", "lit seulement"),
)
LETTER = "monthly"
SUBJECT = "Chantiers, parents à l’école, quatre appels à projets"
PREHEADER = "Lens, Dunkerque et Maubeuge changent de visage ; nos prochains rendez-vous"
READERS = 25


def address(name: str) -> str:
    """The account of one of the cast."""
    return f"{name}@lisieres.example"


@dataclass
class Story:
    """What one step leaves for the next."""

    web: Web
    mailbox: Path
    now: datetime
    issue: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def setup(self, stage: Stage) -> str:
        """`vigie setup`, the accounts, the centre's identity."""
        loaded = stage.vigie("setup", "--admin", address("denis"))["loaded"]
        for name, role, shown, _ in CAST:
            if name != "denis":
                stage.vigie("staff", "add", address(name), "--role", role, "--name", shown)
        emails = [address(name) for name, *_ in CAST]
        stage.python(str(HERE / "prepare.py"), *emails, PASSWORD)
        return (
            f"{count(loaded['themes'], 'thème')}, {number(loaded['territories'])} lieux, "
            f"{count(len(CAST), 'compte')}"
        )

    def sources(self, stage: Stage) -> str:
        """The outlets as a YAML list, imported."""
        listed = [
            {
                "nom": outlet.name,
                "categorie": outlet.category,
                "type": "rss",
                "url": self.web.feeds[outlet.id],
                "site": f"{self.web.root}/{outlet.id}/",
                "territoire": outlet.territory,
                "confirme": "sonde",
                "provenance": "source inventée pour la démonstration",
                "filtrer": outlet.filtered,
                "priorite": 2 if outlet.filtered else 1,
            }
            for outlet in self.web.outlets
        ]
        path = stage.data / "sources.yaml"
        path.write_text(yaml.safe_dump({"sources": listed}, allow_unicode=True), encoding="utf-8")
        done = stage.vigie("sources", "import", str(path))
        _expect(done["added"] == len(listed), "vigie sources import", done)
        return count(done["added"], "source ajoutée", "sources ajoutées")

    def collect(self, stage: Stage) -> str:
        """A first reading over HTTP, then a second one that finds nothing has changed."""
        first = stage.vigie("collect", "--all")
        wanted = sum(len(outlet.articles) for outlet in self.web.outlets)
        _expect(first["items"]["new"] == wanted and not first["failures"], "vigie collect", first)
        again = stage.vigie("collect", "--all")
        _expect(again["sources"]["unchanged"] == len(self.web.outlets), "vigie collect", again)
        self.figures["collected"] = wanted
        seconds = str(first["seconds"]).replace(".", ",")
        return (
            f"{count(wanted, 'contenu')} de {count(first['sources']['fetched'], 'source')} en "
            f"{seconds} s ; au second passage, rien n’a changé (304)"
        )

    def decide(self, stage: Stage) -> str:
        """The decisions of decisions.yaml, through the same functions as the pages."""
        rules = yaml.safe_load((HERE / "decisions.yaml").read_text(encoding="utf-8"))
        stage.python(str(HERE / "decide.py"), address("amina"))
        items = stage.vigie("items", "list", "--limit", "0")
        dropped = self._to_drop(stage, items, rules["drop"]["older_than_days"])
        stage.vigie("items", "drop", *dropped, "--as", address("amina"))
        kept = stage.vigie("items", "list", "--state", "kept", "--limit", "0")
        _expect(len(kept) == len(rules["keep"]), "vigie items keep", kept)
        self.figures |= {"kept": len(kept), "dropped": len(dropped)}
        left = len(items) - len(kept) - len(dropped)
        return (
            f"{count(len(kept), 'retenu')}, {count(len(dropped), 'écarté')}, {left} encore à voir"
        )

    def _to_drop(self, stage: Stage, items: list[dict[str, Any]], days: int) -> list[str]:
        general = {outlet.name for outlet in self.web.outlets if outlet.filtered}
        sources = {
            source["id"] for source in stage.vigie("sources", "list") if source["name"] in general
        }
        before = self.now - timedelta(days=days)
        return [
            str(item["id"])
            for item in items
            if item["state"] == "new"
            and item["source"] in sources
            and not item["suggested_themes"]
            and datetime.fromisoformat(item["published"]) < before
        ]

    def subscribers(self, stage: Stage) -> str:
        """Twenty-five readers with the proof of where they come from."""
        proof = "Inscriptions reçues lors de la journée régionale (démonstration)"
        done = stage.vigie(
            "subscribers", "import", str(HERE / "abonnes.csv"), "--letter", LETTER, "--proof", proof
        )
        _expect(done["added"] == READERS, "vigie subscribers import", done)
        return count(done["added"], "abonné importé", "abonnés importés") + ", avec leur preuve"

    def compose(self, stage: Stage) -> str:
        """The letter's sender, the draft of the month, the édito."""
        stage.vigie(
            "letters", "configure", LETTER, "--provider", "smtp",
            "--set", "sender=Réseau Lisières <lettre@lisieres.example>",
            "--set", "reply_to=contact@lisieres.example",
            "--set", "list_id=lettre.lisieres.example",
        )  # fmt: skip
        month = f"{self.now.astimezone(PARIS):%Y-%m}"
        made = stage.vigie("letters", "propose", "--letter", LETTER, "--period", month)
        self.issue = str(made["issue"])
        stage.vigie(
            "letters", "edit", self.issue, "--edito", str(HERE / "edito.md"),
            "--subject", SUBJECT, "--preheader", PREHEADER,
            "--signature", "L’équipe du réseau", "--as", address("bruno"),
        )  # fmt: skip
        self.figures["entries"] = made["entries"]
        left_out = "laissé de côté avec la raison", "laissés de côté avec la raison"
        return f"{count(made['entries'], 'contenu')}, {count(len(made['left_out']), *left_out)}"

    def approve(self, stage: Stage) -> str:
        """Pre-flight, submitted by Bruno, approved by Claire: two people, one hash."""
        found = stage.vigie("letters", "check", self.issue, fine=(0, 1))
        _expect(not found["errors"], "vigie letters check", found["errors"])
        comment = "Démonstration sur cette machine : les adresses locales sont voulues."
        stage.vigie("letters", "submit", self.issue, "--as", address("bruno"), "--comment", comment)
        stage.vigie("letters", "approve", self.issue, "--as", address("claire"))
        warnings = count(
            len(found["warnings"]), "avertissement expliqué", "avertissements expliqués"
        )
        return f"aucun point bloquant, {warnings} ; soumis par Bruno, approuvé par Claire"

    def send(self, stage: Stage) -> str:
        """Sent by the ledger over SMTP; then the counts must add up and the mailbox agree."""
        stage.vigie("letters", "send", self.issue, "--no-wait", "--as", address("bruno"))
        for _ in range(30):
            stage.vigie("work", "--once")
            status = stage.vigie("letters", "status", self.issue)
            if not status["planned"] + status["claimed"] + status["handed"] + status["deferred"]:
                break
        states = ("planned", "claimed", "handed", "accepted", "refused", "deferred", "in_doubt",
                  "suppressed")  # fmt: skip
        _expect(sum(status[name] for name in states) == status["audience"], "le compte", status)
        _expect(status["accepted"] == READERS, "vigie letters status", status)
        # Beside the letter, those who may approve got «à relire», which is no list mail.
        arrived = sum("List-Id" in mail for mail in mails(self.mailbox).values())
        _expect(arrived == READERS, "la boîte aux lettres", f"{arrived} messages")
        self.figures |= {"accepted": status["accepted"], "sha256": status["sha256"]}
        return f"{status['accepted']} messages acceptés, {arrived} dans la boîte aux lettres"


def _expect(right: bool, what: str, found: object) -> None:
    if not right:
        raise StepFailed(
            f"{what} : le résultat n’est pas celui attendu",
            str(found)[:2000],
            "C’est un défaut de Vigie ou de sa démonstration : signalez-le avec ce message.",
        )
