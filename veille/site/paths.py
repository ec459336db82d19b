"""Where shipped files and the centre's own files live, in a checkout and in an installed wheel."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped_templates() -> Path:
    """`templates/` beside the packages in a checkout, `veille/_templates` in a wheel."""
    checkout = PACKAGE.parent / "templates"
    return checkout if (checkout / "pages").is_dir() else PACKAGE / "_templates"


def project_file(name: str) -> Path:
    """A file at the top of a checkout (README, CHANGELOG); it may not exist in a wheel."""
    return PACKAGE.parent / name


def secret_key(data: Path) -> str:
    """The key made once in `data` and read ever after; created readable by its owner only."""
    path = data / "secret_key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    data.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
