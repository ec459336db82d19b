"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from veille.cli import parser
from veille.site.reglages import page
from veille.staff.audit import VERBS

ROOT = Path(__file__).resolve().parents[1]
PLACE = r"%\(\w+\)[sd]|%[sd]"


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


def _audited(tree: ast.AST) -> Iterator[str]:
    """The verbs that a module gives to `record(actor, verb, …)`, directly or through a helper."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if name in {"record", "audit"} and words:
                yield str(words[0]) if words[0] is not None else str(words[1])
            if name == "_state" and words:  # veille.sourcing.editing
                yield str(words[-1])
            if name == "change" and words:  # veille.curating.changes
                yield f"{words[0]} item"
            if name == "edited":  # newsletter.composing.lock
                verbs = [key.value for key in node.keywords if key.arg == "verb"]
                yield from (str(v.value) for v in verbs if isinstance(v, ast.Constant))
        if isinstance(node, ast.IfExp):
            for branch in (node.body, node.orelse):
                if isinstance(branch, ast.Constant) and str(branch.value).startswith("issue."):
                    yield str(branch.value)


def test_every_audited_act_reads_in_french() -> None:
    told: dict[str, str] = {}
    for folder in ("veille", "newsletter", "schedules"):
        for path in (ROOT / folder).rglob("*.py"):
            for verb in _audited(ast.parse(path.read_text(encoding="utf-8"))):
                told[verb] = str(path.relative_to(ROOT))
    assert {verb: path for verb, path in told.items() if verb not in VERBS} == {}
    assert sorted(set(VERBS) - set(told)) == [], "phrases of acts that nothing records"


def test_every_sentence_has_its_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue knows every sentence of the program, says each in English, and is compiled."""
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    import messages
    from babel.messages.mofile import write_mo

    catalog = messages.written()
    ids = {message.id for message in catalog if message.id}
    assert {m.id for m in messages.gathered() if m.id} - ids == set(), "run ./dev messages"
    assert messages.missing(catalog) == [], "translate them in veille/locale/en"
    for message in catalog:
        if isinstance(message.id, str) and message.id:
            names = [sorted(re.findall(PLACE, str(side))) for side in (message.id, message.string)]
            assert names[0] == names[1], f"{message.string!r} loses a place of {message.id!r}"
    compiled = BytesIO()
    write_mo(compiled, catalog)
    assert messages.PO.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run ./dev messages"
