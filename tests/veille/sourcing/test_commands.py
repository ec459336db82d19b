"""`vigie sources` and `vigie collect`: their JSON is a contract, their errors one French line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.veille.collecting.test_collecting import feed
from tests.web import Web
from veille.cli import main
from veille.models import Source

pytestmark = pytest.mark.django_db
KEYS = {"id", "name", "url", "kind", "state", "next_check", "why", "last_error"}


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The exit code and the JSON of a command."""
    code = main([*words, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_adding_gives_the_source(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    code, source = told(capsys, "sources", "add", web.add("/f.xml", feed("Un")), "--name", "Ville")
    assert code == 0
    assert set(source) >= KEYS
    assert (source["name"], source["kind"], source["state"]) == ("Ville", "feed", "active")
    code = main(["sources", "add", web.url("/f.xml")])
    assert code == 1
    assert "déjà suivie : « Ville »" in capsys.readouterr().err
    code, blind = told(capsys, "sources", "add", "https://a.example/rss", "--unchecked")
    assert (code, blind["url"]) == (0, "https://a.example/rss")


def test_importing_and_exporting(tmp_path: Path, capsysbinary: Any) -> None:
    assert main(["sources", "import", "--shipped", "--json"]) == 0
    report = json.loads(capsysbinary.readouterr().out)
    assert report == {"added": 115, "already": 0, "refused": []}
    assert main(["sources", "export", "--format", "yaml"]) == 0
    (tmp_path / "out.yaml").write_bytes(capsysbinary.readouterr().out)
    assert main(["sources", "import", str(tmp_path / "out.yaml"), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["already"] == 115


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("import", "/nulle/part.opml"), 1, "ne peut pas être lu"),
        (("import",), 2, "--shipped"),
        (("check", "99"), 1, "Aucune source n° 99"),
        (("add", "pas une adresse"), 1, "n’est pas une adresse web"),
    ],
)
def test_mistakes_are_one_line(
    words: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sources", *words]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert len(captured.err.strip().splitlines()) == 1


def test_listing_and_checking(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    good = make.source(url=web.add("/f.xml", feed("Un")))
    dead = make.source(url=web.url("/dead"))
    make.source(url="", state="manual", name="À la main")
    code, rows = told(capsys, "sources", "list")
    assert (code, len(rows)) == (0, 3)
    assert all(set(row) >= KEYS for row in rows)
    code, rows = told(capsys, "sources", "check", str(dead.pk), str(good.pk))
    assert code == 1
    assert {row["id"]: bool(row["last_error"]) for row in rows} == {good.pk: False, dead.pk: True}
    asked = len(web.requests)
    web.add("/dead", feed("Deux", prefix="d"))
    code, rows = told(capsys, "sources", "check")
    assert (code, len(rows), len(web.requests)) == (0, 3, asked + 1)


def test_collecting_reports_figures(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    make.source(url=web.add("/f.xml", feed("Un", "Deux")))
    dead = make.source(name="Morte", url=web.url("/dead"))
    code, report = told(capsys, "collect")
    assert code == 0
    assert report["items"] == {"new": 2, "changed": 0}
    figures = report["sources"]
    assert [figures[key] for key in ("due", "fetched", "unchanged", "failed")] == [2, 1, 0, 1]
    assert report["failures"][0]["source"] == dead.pk
    assert set(report["failures"][0]) >= {"source", "error", "message"}
    assert report["seconds"] >= 0
    code, report = told(capsys, "collect")
    assert (code, report["sources"]["due"]) == (0, 0)
    code, report = told(capsys, "collect", "--source", str(dead.pk))
    assert (code, report["sources"]["due"], report["sources"]["failed"]) == (1, 1, 1)
    code, report = told(capsys, "collect", "--all")
    assert report["sources"]["due"] == 2
    assert Source.objects.get(pk=dead.pk).error_count == 3
    assert main(["collect", "--all"]) == 0
    assert "Morte : La page n’existe pas" in capsys.readouterr().out
