"""`vigie setup`, and the commands over the shipped lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from veille.cli import main
from veille.exceptions import VigieError
from veille.models import Territory
from veille.staff.models import User

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_setup_twice_gives_the_link_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--admin", "Denis@centre.example", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert {"database", "created", "loaded"} <= set(first)
    assert "/compte/" in first["admin_link"]
    assert User.objects.get(email="denis@centre.example").role == "administrateur"
    assert main(["setup", "--admin", "denis@centre.example"]) == 0
    shown = capsys.readouterr().out
    assert "/compte/" not in shown
    assert "vigie staff link denis@centre.example" in shown
    assert "vigie serve" in shown
    assert Territory.objects.filter(pk="59183").exists()


@pytest.mark.django_db
def test_a_wrong_address_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--admin", "personne"]) == 1
    assert "personne" in capsys.readouterr().err


@pytest.mark.django_db
def test_reload_and_a_new_link(capsys: pytest.CaptureFixture[str], denis: User) -> None:
    assert main(["reference", "reload", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["themes"] == 65
    assert main(["staff", "link", denis.email]) == 0
    assert "/compte/" in capsys.readouterr().out
    assert main(["staff", "link", "personne@centre.example"]) == 1


def test_a_fresh_machine_and_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    data = tmp_path / "neuf" / "var"
    env = {k: v for k, v in os.environ.items() if k != "VIGIE_DATABASE_URL"} | {
        "VIGIE_DATA": str(data), "VIGIE_SECRET_KEY": "x", "PYTHONPATH": str(ROOT)
    }  # fmt: skip

    def setup() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "veille.cli", "setup", "--json"]
        return subprocess.run(command, env=env, capture_output=True, text=True, cwd=tmp_path)

    command = [sys.executable, "-m", "veille.cli", "items", "list"]
    early = subprocess.run(command, env=env, capture_output=True, text=True, cwd=tmp_path)
    assert (early.returncode, "vigie setup" in early.stderr) == (1, True)
    assert "Traceback" not in early.stderr
    assert [json.loads(setup().stdout)["created"] for _ in range(2)] == [True, False]
    (tmp_path / "fichier").write_text("")
    env["VIGIE_DATA"] = str(tmp_path / "fichier" / "var")
    refused = setup()
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "VIGIE_DATA" in refused.stderr
    assert issubclass(VigieError, Exception)
