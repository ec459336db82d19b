"""The house stays liveable: no module over 500 lines, no function over 80."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULE_LINES = 500
FUNCTION_LINES = 80
LONG_FUNCTIONS: set[str] = set()  # path::name, each with its reason beside it
FOLDERS = ("veille", "newsletter", "schedules", "tests", "deploy", "bench")


def _modules() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@pytest.mark.parametrize("path", list(_modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_and_no_function_grows_fat(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    assert source.count("\n") <= MODULE_LINES, f"{name}: split it by role"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            allowed = lines <= FUNCTION_LINES or f"{name}::{node.name}" in LONG_FUNCTIONS
            assert allowed, f"{name}::{node.name} has {lines} lines"


def test_the_measured_folders_exist() -> None:
    assert len(list(_modules())) > 50
