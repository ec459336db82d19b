"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from veille.cli import parser
from veille.site.reglages import page

ROOT = Path(__file__).resolve().parents[1]


def _commands() -> list[list[str]]:
    """Every command of `vigie`, e.g. ["sources", "add"]."""
    found = []
    for action in parser()._actions:
        for name, sub in (getattr(action, "choices", None) or {}).items():
            inner = [a for a in sub._actions if getattr(a, "choices", None) and a.dest == "action"]
            found += [[name, word] for a in inner for word in a.choices] or [[name]]
    return found


def test_the_help_of_vigie_imports_neither_django_nor_a_parser() -> None:
    code = (
        "import sys; from veille.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('django', 'feedparser', 'requests', 'mjml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]"), done.stdout[-200:] + done.stderr


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_shows_an_example_in_its_help(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*words, "--help"])
    assert ended.value.code == 0
    assert f"vigie {words[0]}" in capsys.readouterr().out.split("Exemple", 1)[1]


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["unheard-of"])
    assert ended.value.code == 2


def test_vendored_files_name_their_version() -> None:
    vendored = list((ROOT / "templates" / "static" / "vendor").iterdir())
    assert vendored
    for path in vendored:
        version = re.search(r"-(\d+\.\d+\.\d+)\.", path.name)
        assert version, f"{path.name} names no version"
        assert version[1] in path.read_text(encoding="utf-8"), f"{path.name} is another version"


def test_pages_carry_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would block them in silence."""
    bad = re.compile(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\bsrc=)[^>]*>")
    for folder in ("pages", "public"):
        for path in (ROOT / "templates" / folder).rglob("*.html"):
            found = bad.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_the_settings_page_says_what_the_code_reads() -> None:
    written = (ROOT / "docs" / "reglages.md").read_text(encoding="utf-8")
    assert written == page(), "run ./dev docs"


def test_dangerous_shortcuts_are_absent() -> None:
    bad = re.compile(r"mark_safe|shell=True|\bpickle\b|yaml\.load\(|requests\.get\(|\.extra\(")
    for folder in ("veille", "newsletter", "schedules"):
        for path in (ROOT / folder).rglob("*.py"):
            found = bad.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"
