"""The documentation says what the program does: commands, links, promises."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from veille.cli import parser

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("deploy/*.md")])

# At the start of a line, after variables, or with its folder (systemd-run … /opt/vigie/bin/vigie).
COMMAND = r"(?:^\s*(?:[A-Z_]+=\S+ )*|bin/)vigie (.+)$"


def _commands(text: str) -> Iterator[list[str]]:
    """The `vigie …` lines of the fenced blocks, as words; «…» and comments left out."""
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.search(COMMAND, line.split(" #")[0].split(" > ")[0])
            skipped = "pip" in line or line.startswith("export")
            if found and not skipped and "…" not in found[1]:
                yield shlex.split(found[1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_vigie_command_of_the_documentation_parses(page: Path) -> None:
    for words in _commands(page.read_text(encoding="utf-8")):
        try:
            parser().parse_args(words)
        except SystemExit as error:
            pytest.fail(f"{page.name}: vigie {' '.join(words)} ({error.code})")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_dev_command_of_the_documentation_exists() -> None:
    known = set(re.findall(r"^  ([a-z]+)\)", (ROOT / "dev").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        for name in re.findall(r"\./dev ([a-z]+)", page.read_text(encoding="utf-8")):
            assert name in known, f"{page.name}: ./dev {name}"


def test_the_readme_is_short_and_prints_the_nine_promises() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") <= 120
    assert re.findall(r"\*\*(P\d)\*\*", text) == [f"P{n}" for n in range(1, 10)]
    assert "./dev demo" in text
    assert "./dev test" in text


def test_the_architecture_stays_one_page() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").count("\n") <= 150
    assert (ROOT / "AGENTS.md").read_text(encoding="utf-8").count("\n") <= 60


def test_the_version_comes_from_the_changelog() -> None:
    from importlib.metadata import version

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"(?m)^## \[?(\d+\.\d+\.\d+)", text)
    assert found
    assert found[1] == version("vigie")
