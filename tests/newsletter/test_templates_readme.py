"""templates/README.md lists every variable, filter and message a template may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import meta

from newsletter.rendering import data, environment
from newsletter.rendering.letters import manifest
from tests.newsletter.test_messages import VALUES
from tests.sample_letter import monthly
from veille.site.paths import shipped_templates

README = (shipped_templates() / "README.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", README))


def names(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from names(value, f"{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from names(value[0], {"sections": "section.", "entries": "entry."}[key])
            yield f"{prefix}{key}"
        else:
            yield f"{prefix}{key}"


def test_every_variable_of_a_letter_is_listed_and_no_other() -> None:
    given = set(names(data.plain(monthly())))
    assert given - NAMED == set()
    roots = {name.split(".")[0] for name in given if "." in name}
    listed = {name for name in NAMED if "." in name and name.split(".")[0] in roots}
    assert listed - given == {"letter.toml"}


def test_every_filter_is_listed() -> None:
    assert {*environment.BUILT_IN, *environment.OUR_FILTERS} - NAMED == set()


@pytest.mark.parametrize("name", VALUES)
def test_every_value_of_a_message_is_listed(name: str) -> None:
    row = next(line for line in README.split("\n") if line.startswith(f"| `{name}` |"))
    listed = set(re.findall(r"`([a-z_]+)`", row.split("|")[3]))
    folder = shipped_templates() / "messages" / name
    env = environment.markup()
    used: set[str] = set()
    for part in ("subject.txt", "body.txt", "body.html"):
        used |= meta.find_undeclared_variables(env.parse((folder / part).read_text("utf-8")))
    assert used - {"centre", "parts"} == listed == set(VALUES[name])


def test_every_message_of_the_folder_is_listed() -> None:
    folders = {one.name for one in (shipped_templates() / "messages").iterdir() if one.is_dir()}
    assert folders == {name for name in VALUES if f"| `{name}` |" in README}


def test_every_letter_has_its_three_files() -> None:
    for folder in (shipped_templates() / "letters").iterdir():
        if folder.is_dir() and not folder.name.startswith("_"):
            files = {one.name for one in folder.iterdir()}
            assert files == {"letter.toml", "letter.mjml.j2", "letter.txt.j2"}
            assert {"name", "version", "summary"} <= set(manifest(folder.name))
