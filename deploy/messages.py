"""`./dev messages`: gathers the French sentences of pages and code into the English catalogue.

Reads `_()`, `gettext()`, `ngettext()` of the packages and of the Jinja pages with Babel, keeps the
translations there are, compiles the catalogue. Prints how many wait for a translation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "veille" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = {"veille": "**.py", "newsletter": "**.py", "schedules": "**.py", "templates": "**.html"}
JINJA = {"extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}


def gathered() -> Catalog:
    """Every marked sentence of the project, with where it stands."""
    catalog = Catalog(
        locale="en", project="Vigie", fuzzy=False, header_comment="# English of Vigie."
    )
    for folder, pattern in SOURCES.items():
        method = "jinja2" if folder == "templates" else "python"
        found = extract_from_dir(
            ROOT / folder,
            method_map=[("**/migrations/**", "ignore"), (pattern, method)],
            options_map={pattern: JINJA if method == "jinja2" else {}},
        )
        for name, _line, message, _comments, context in _usable(found):
            catalog.add(message, locations=[(f"{folder}/{name}", 0)], context=context)
    return catalog


def _usable(found: Iterator[tuple]) -> Iterator[tuple]:  # type: ignore[type-arg]  # Babel's rows
    for row in found:
        first = row[2][0] if isinstance(row[2], tuple) else row[2]
        if first and first.strip():
            yield row


def written() -> Catalog:
    """The catalogue as it stands in the project."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def missing(catalog: Catalog) -> list[str]:
    """Sentences without an English translation."""
    return [str(m.id) for m in catalog if m.id and not all(_strings(m.string))]


def _strings(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (str(string or ""),)


def main() -> int:
    """Updates django.po and django.mo."""
    catalog = written()
    catalog.header_comment, catalog.fuzzy = "# Vigie in English.", False
    catalog.update(gathered(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True)
    buffer = BytesIO()
    write_mo(buffer, catalog)
    PO.with_suffix(".mo").write_bytes(buffer.getvalue())
    waiting = missing(catalog)
    print(f"{len(catalog)} sentences, {len(waiting)} without translation", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
