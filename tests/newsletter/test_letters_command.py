"""`vigie letters …`: the keys scripts rely on, and exits."""

from __future__ import annotations

import email
import hashlib
import json
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from newsletter import composing
from newsletter.models import Issue
from tests import make
from tests.make import NOW
from veille.cli import main
from veille.staff.models import User


@pytest.fixture
def kept(db: None) -> None:
    composing.ensure_series()
    make.content_type("publication", section="publications")
    for n in range(4):
        make.item(
            title=f"Une publication sur les quartiers, numéro {n}", state="kept",
            kind_id="publication", decided_at=NOW, own_summary="Ce que l’équipe en retient.",
        )  # fmt: skip


def vigie(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code = main(["letters", *words, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_propose_prints_counts_by_section_and_reasons(
    kept: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = vigie(capsys, "propose", "--letter", "monthly", "--period", "2026-11")
    assert code == 0
    assert found["issue"] == Issue.objects.get().pk
    assert found["entries"] == 4 == sum(found["sections"].values())
    assert found["sections"]["a-la-une"] == 1
    assert found["left_out"] == []


def test_list_and_configure_show_a_letter(kept: None, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = vigie(
        capsys, "configure", "monthly", "--provider", "smtp",
        "--set", "sender=Centre <lettre@centre.example>", "--set", "list=12",
        "--set", "sections.publications.title=À lire", "--set", "same_person_may_approve=oui",
    )  # fmt: skip
    (found,) = found
    assert (code, found["sender_address"]) == (0, "lettre@centre.example")
    assert (found["sender_name"], found["provider_options"]) == ("Centre", {"list": "12"})
    code, all_letters = vigie(capsys, "list")
    assert [x["id"] for x in all_letters] == ["monthly", "thematic"]
    assert {"id", "name", "provider", "sections", "subscribers"} <= set(all_letters[0])
    assert "À lire" in str(all_letters[0]["sections"])


@pytest.mark.parametrize("pair", ["sujet=X", "reply_to=pas une adresse", "sections.x.title=Y", "="])
def test_a_wrong_setting_ends_with_1_and_a_sentence(
    kept: None, capsys: pytest.CaptureFixture[str], pair: str
) -> None:
    assert main(["letters", "configure", "monthly", "--set", pair]) == 1
    assert "vigie : " in capsys.readouterr().err


def test_edit_then_render_gives_the_hash_of_what_it_wrote(
    kept: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, found = vigie(capsys, "propose", "--letter", "monthly", "--period", "2026-11")
    issue = str(found["issue"])
    edito = tmp_path / "edito.md"
    edito.write_text("Bonjour à **toutes et tous**.", "utf-8")
    code, edited = vigie(capsys, "edit", issue, "--subject", "Notre objet", "--edito", str(edito))
    assert (code, edited["subject"]) == (0, "Notre objet")
    out = tmp_path / "out"
    code, made = vigie(capsys, "render", issue, "--out", str(out))
    assert code == 0
    html, text = (out / "letter.html").read_bytes(), (out / "letter.txt").read_bytes()
    joined = b"\0".join([b"Notre objet", html, text])
    assert made["sha256"] == hashlib.sha256(joined).hexdigest()
    assert (made["html_bytes"], made["text_bytes"]) == (len(html), len(text))
    assert "<strong>" in html.decode()
    assert (out / "letter.mjml").read_text("utf-8").lstrip().startswith("<mjml")
    message = email.message_from_bytes((out / "letter.eml").read_bytes(), policy=default)
    assert message["Subject"] == "Notre objet"
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert parts == ["text/plain", "text/html"]
    assert json.loads((out / "letter.json").read_text("utf-8"))["subject"] == "Notre objet"


def test_an_unknown_issue_or_person_is_one_line_on_stderr(
    kept: None, capsys: pytest.CaptureFixture[str], bruno: User
) -> None:
    assert main(["letters", "render", "99", "--out", "x"]) == 1
    assert "n’existe pas" in capsys.readouterr().err
    issue = make.issue()
    assert main(["letters", "submit", str(issue.pk), "--as", "farid@nulle.part"]) == 1
    assert "Aucun compte ouvert" in capsys.readouterr().err
