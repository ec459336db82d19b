"""A folder of .eml files instead of a relay: for trials, and to look at what would leave."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from newsletter.exceptions import NotConfigured
from newsletter.providers import Answer, Capabilities, Outgoing


class FolderRelay:
    """Each message is one file, there whole or not at all."""

    name = "folder"
    label = "Dossier (essais, rien ne part)"
    capabilities = Capabilities(per_recipient=True)

    def __init__(self, options: Mapping[str, Any]) -> None:
        if not options.get("path"):
            raise NotConfigured("Le dossier d’envoi n’est pas indiqué.")
        self._path = Path(str(options["path"]))

    def __enter__(self) -> FolderRelay:
        return self

    def __exit__(self, *details: object) -> None:
        """Nothing is kept open."""

    def carry(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """Written beside, flushed to the disk, then renamed. A copy gets a name of its own."""
        problems = self.check()
        if problems:
            return Answer("broken", 0, problems[0])
        before_data()
        found = re.search(rb"(?im)^Message-ID: <([\w.-]+)@", message.data)
        stem = found[1].decode() if found else hashlib.sha256(message.data).hexdigest()[:32]
        target, copy = self._path / f"{stem}.eml", 1
        part = self._path / f".{stem}.{os.getpid()}.part"
        try:
            with open(part, "wb") as file:
                file.write(message.data)
                file.flush()
                os.fsync(file.fileno())
            while target.exists():
                copy += 1
                target = self._path / f"{stem}-{copy}.eml"
            os.replace(part, target)
        except OSError as error:
            part.unlink(missing_ok=True)
            return Answer("broken", 0, f"{self._path} : {error.strerror}")
        return Answer("accepted", 250, target.name)

    def check(self) -> Sequence[str]:
        """The folder exists (it is made when absent) and can be written."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return [f"Le dossier {self._path} ne peut pas être créé ({error.strerror})."]
        if not os.access(self._path, os.W_OK):
            return [f"Le dossier {self._path} n’est pas accessible en écriture."]
        return []
