"""The environment, read one name at a time; each error names the variable and the remedy.

Every name also accepts `NAME_FILE`, the path of a file holding the value (secrets).
`READ` records what was asked for: docs/reglages.md is generated from it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Setting:
    """One variable as the documentation shows it."""

    name: str
    default: str
    meaning: str


READ: dict[str, Setting] = {}


def envstr(name: str, default: str, meaning: str) -> str:
    """The text of `name` (or of the file `NAME_FILE`), stripped; `default` when unset."""
    READ[name] = Setting(name, default, meaning)
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default).strip()
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} et {name}_FILE sont tous deux définis : gardez-en un.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE={path} ne peut pas être lu ({error.strerror}) : "
            "corrigez le chemin ou les droits."
        ) from error


def envbool(name: str, default: bool, meaning: str) -> bool:
    """A yes/no variable: 1/0, true/false, oui/non."""
    value = envstr(name, "1" if default else "0", meaning).lower()
    if value in {"1", "true", "yes", "oui", "on"}:
        return True
    if value in {"0", "false", "no", "non", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} n’est ni oui ni non : écrivez 1 ou 0.")


def envint(name: str, default: int, meaning: str) -> int:
    """A whole number."""
    value = envstr(name, str(default), meaning)
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} n’est pas un nombre entier.") from error


def envlist(name: str, default: str, meaning: str) -> list[str]:
    """Values separated by commas."""
    return [part.strip() for part in envstr(name, default, meaning).split(",") if part.strip()]
