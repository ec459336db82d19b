"""The built wheel, installed in an empty environment, is whole."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "-o",
        str(out),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_three_packages_and_the_templates_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"veille", "newsletter", "schedules"}
    assert "veille/_templates/pages/shell.html" in names
    assert any(name.startswith("veille/_templates/letters/monthly/") for name in names)
    assert not [name for name in names if "/tests/" in name or name.startswith("var/")]


@pytest.mark.timeout(600)
def test_setup_works_from_the_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    """A new environment, the locked libraries of this one, and nothing of the checkout."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    site = next((venv / "lib").glob("python*/site-packages"))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(site), str(wheel)], check=True)
    ours = next(p for p in map(Path, sys.path) if p.name == "site-packages")
    (site / "locked.pth").write_text(f"{ours}\n")  # after the wheel's own files on the path
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "VIGIE_DATA": str(tmp_path / "data"),
    }
    code = "import veille, sys; print(veille.__file__)"
    where = subprocess.run(
        [python, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(site) in where.stdout
    done = subprocess.run(
        [python, "-m", "veille.cli", "setup", "--json"],
        env=env, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"loaded"' in done.stdout
