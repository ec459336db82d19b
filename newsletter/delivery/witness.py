"""P5, restored copies: what left is witnessed outside the database as well.

One small file a mailing in VIGIE_DATA/remis, named by its key; in it one record of 40 bytes for
each of SLOTS places, of the processes that send. A record is written after «handed» was committed
and before DATA, so that a database which does not know the line as handed is older than what was
sent: yesterday's copy, or a disk that lost its last writes.

    line handed last | its attempts | highest line handed | CRC-32

Lines are claimed in their order: in such a database those up to the highest may have left.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

SLOTS, RECORD = 64, 40


@dataclass(frozen=True, slots=True)
class Mark:
    """What one record says."""

    line: int
    attempts: int
    highest: int


def folder() -> Path:
    """Where the witnesses are; not part of a backup."""
    return Path(settings.DATA) / "remis"


class Witness:
    """The record of this process for one mailing; the file is made when something leaves."""

    def __init__(self, key: UUID) -> None:
        self._path = folder() / key.hex
        self._file: int | None = None
        self._highest = 0

    def handed(self, line: int, attempts: int) -> None:
        """`line` was committed as handed. Survives a killed process at once (one `pwrite`)."""
        place = os.getpid() % SLOTS
        if self._file is None:
            self._file = self._open()
            known = marks(self._path)[place : place + 1]
            self._highest = known[0].highest if known and known[0] else 0
        self._highest = max(self._highest, line)
        os.pwrite(self._file, _record(line, attempts, self._highest), place * RECORD)

    def close(self) -> None:
        """Puts it on the disk, so that it survives a power cut too."""
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)


def marks(path: Path) -> list[Mark | None]:
    """The records of a file, one a place; None for one never written or torn."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    return [_read(data[start : start + RECORD]) for start in range(0, len(data), RECORD)]


def all_marks() -> dict[str, list[Mark]]:
    """Every witness, by the key (hex) of its mailing."""
    found: dict[str, list[Mark]] = {}
    for path in folder().glob("*") if folder().is_dir() else ():
        read = [mark for mark in marks(path) if mark] if len(path.name) == 32 else []
        if read:
            found[path.name] = read
    return found


def set_aside(key: str) -> None:
    """A person decides from here: this witness stays on the disk and is not asked again."""
    with suppress(FileNotFoundError):  # another process saw it at the same moment
        (folder() / key).replace(folder() / f"{key}.vu")


def _record(line: int, attempts: int, highest: int) -> bytes:
    words = f"{line} {attempts} {highest}".encode().ljust(RECORD - 9)
    return words + f"{zlib.crc32(words):08x}\n".encode()


def _read(record: bytes) -> Mark | None:
    words, sum_ = record[: RECORD - 9], record[RECORD - 9 :].strip()
    if not sum_.strip(b"\0") or sum_ != f"{zlib.crc32(words):08x}".encode():
        return None
    return Mark(*(int(word) for word in words.split()))
