"""The command line is a contract: every `--json` document has at least the keys scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_day import CENTRE, LETTER, feed
from tests.web import Web
from veille.cli import main
from veille.staff.models import User

ITEM = {
    "id", "source", "guid", "url", "title", "published", "collected", "summary", "state", "story",
    "kind", "themes", "territories", "suggested_themes", "suggested_territories", "relevance",
    "deadline", "event", "paywalled",
}  # fmt: skip
SOURCE = {"id", "name", "url", "kind", "state", "next_check", "why", "last_error"}
COUNTS = {
    "planned", "claimed", "handed", "accepted", "refused", "deferred", "in_doubt", "suppressed",
}  # fmt: skip


class Line:
    """`line("items", "list")` → the JSON document; `code` is what it must exit with."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> Any:
        self.capsys.readouterr()
        ended = main([*words, "--json"])
        said = self.capsys.readouterr()
        assert ended == code, (words, said.err)
        return json.loads(said.out)


@pytest.mark.django_db(transaction=True)
def test_every_report_has_its_keys_along_the_whole_chain(
    capsys: pytest.CaptureFixture[str], web: Web, tmp_path: Path, bruno: User, claire: User
) -> None:
    line = Line(capsys)
    assert {"database", "created", "loaded"} <= set(line("setup"))
    exec(compile(CENTRE, "centre", "exec"), {})  # noqa: S102  # our own text, above
    listed = tmp_path / "sources.opml"
    listed.write_text(
        f'<opml version="2.0"><body><outline type="rss" text="La Gazette" '
        f'xmlUrl="{web.url("/flux.xml")}"/></body></opml>'
    )
    web.add("/flux.xml", feed(), headers={"Content-Type": "application/rss+xml"})
    report = line("sources", "import", str(listed))
    assert (report["added"], report["already"], report["refused"]) == (1, 0, [])
    assert set(line("sources", "list")[0]) >= SOURCE
    collected = line("collect")
    assert set(collected) >= {"sources", "items", "seconds", "failures"}
    assert set(collected["sources"]) >= {"due", "fetched", "unchanged", "failed"}
    assert collected["items"]["new"] == 4
    assert line("collect", "--all")["sources"]["unchanged"] == 1

    items = line("items", "list", "--limit", "0")
    assert set(items[0]) >= ITEM
    assert {"id", "why", "score"} <= set(items[0]["suggested_themes"][0])
    keys = [str(row["id"]) for row in items[:3]]
    assert {row["state"] for row in line("items", "keep", *keys, "--note", "à la une")} == {"kept"}
    assert line("items", "drop", str(items[3]["id"]))[0]["state"] == "dropped"

    settings = [word for pair in LETTER for word in ("--set", pair)]
    configured = line("letters", "configure", "monthly", "--provider", "memory", *settings)
    assert {"id", "name", "provider", "sections", "subscribers"} <= set(configured[0])
    readers = tmp_path / "lecteurs.csv"
    readers.write_text("courriel;nom\nlea@exemple.example;Léa\npas une adresse;X\n")
    imported = line("subscribers", "import", str(readers), "--letter", "monthly", "--proof", "test")
    assert {"added", "already", "suppressed", "refused"} <= set(imported)
    assert {"line", "reason"} <= set(imported["refused"][0])

    from django.utils import timezone

    month = timezone.localdate().strftime("%Y-%m")
    draft = line("letters", "propose", "--letter", "monthly", "--period", month)
    assert {"issue", "entries", "sections", "left_out"} <= set(draft)
    issue = str(draft["issue"])
    line("letters", "edit", issue, "--subject", "Jeu-de-Mail et cités éducatives – novembre",
         "--preheader", "Trois nouvelles des quartiers, et ce qu’elles changent.")  # fmt: skip
    out = tmp_path / "lettre"
    rendered = line("letters", "render", issue, "--out", str(out))
    assert {"sha256", "html_bytes", "text_bytes", "seconds"} <= set(rendered)
    assert {path.name for path in out.iterdir()} >= {
        "letter.html", "letter.txt", "letter.mjml", "letter.eml", "letter.json",
    }  # fmt: skip
    found = line("letters", "check", issue)
    assert found["errors"] == []
    line("letters", "submit", issue, "--as", bruno.email, "--comment", "Vu ensemble.")
    line("letters", "approve", issue, "--as", claire.email)
    line("letters", "send", issue)
    status = line("letters", "status", issue)
    assert set(status) >= COUNTS | {"state", "sha256", "audience", "provider"}
    assert sum(status[name] for name in COUNTS) == status["audience"] == 1
    work = line("work", "--once")
    assert set(work) >= {"runs"}
    assert all({"job", "due", "outcome", "seconds"} <= set(run) for run in work["runs"])
