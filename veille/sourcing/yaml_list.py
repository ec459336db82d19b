"""The YAML list of sources: `sources:` then one mapping each (nom, categorie, type, url…)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from veille.exceptions import BadInput
from veille.sourcing.records import Record, Refusal, read, write

LINE = "\0line"  # no YAML key can be this


class _Loader(yaml.CSafeLoader):
    """A safe loader that remembers the line of each mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    made[LINE] = node.start_mark.line + 1
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _document(data: bytes) -> Any:
    loader = _Loader(data)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def parse(data: bytes) -> Iterator[Record | Refusal]:
    """Each source of the list, or why it is refused. Raises BadInput when the file is no list."""
    try:
        top = _document(data)
    except yaml.MarkedYAMLError as error:
        line = f"ligne {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise BadInput(
            f"Ce fichier YAML ne se lit pas ({line or 'début'}) : {error.problem}.", where=line
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadInput("Ce fichier YAML ne se lit pas : vérifiez qu’il est en UTF-8.") from error
    entries = top.get("sources") if isinstance(top, dict) else top
    if not isinstance(entries, list):
        raise BadInput("Ce fichier YAML ne contient pas de liste « sources ».")
    for position, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            yield read(entry, f"ligne {entry.get(LINE, '?')}")
        else:
            yield Refusal("", f"source n° {position} : ce n’est pas une fiche « nom, url… ».")


def render(records: Iterable[Record]) -> bytes:
    """The list, UTF-8, in the order given."""
    document = {"version": 1, "sources": [write(record) for record in records]}
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return text.encode("utf-8")
