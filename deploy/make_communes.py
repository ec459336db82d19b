"""Makes veille/data/communes.csv.gz and epci.csv.gz from the official lists of the year.

    npm pack @etalab/decoupage-administratif && tar xf etalab-*.tgz
    python deploy/make_communes.py package/data

The data are under Licence Ouverte 2.0 (see NOTICE). The result does not depend on the day it is
made: same input, same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "veille" / "data"


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    """One JSON list of the package."""
    rows: list[dict[str, Any]] = json.loads((folder / name).read_text(encoding="utf-8"))
    return rows


def communes(folder: Path) -> Iterable[list[str]]:
    """Every commune of today: code, name, département, EPCI, postcodes, population."""
    epci = {
        member["code"]: row["code"]
        for row in read(folder, "epci.json")
        for member in row["membres"]
    }
    current = (row for row in read(folder, "communes.json") if row["type"] == "commune-actuelle")
    for row in sorted(current, key=lambda row: row["code"]):
        postcodes = " ".join(row.get("codesPostaux", []))
        yield [
            row["code"], row["nom"], row["departement"], epci.get(row["code"], ""),
            postcodes, str(row.get("population", "")),
        ]  # fmt: skip


def groupings(folder: Path) -> Iterable[list[str]]:
    """Every EPCI with a tax of its own: SIREN, name, nature, population."""
    for row in sorted(read(folder, "epci.json"), key=lambda row: row["code"]):
        name = row["nom"].replace(" - ", "-")
        yield [row["code"], name, row["type"], str(row["populationMunicipale"])]


def write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """A gzipped CSV with neither date nor file name in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Reads the folder given as argument."""
    folder = Path(sys.argv[1])
    write(DATA / "communes.csv.gz", ["insee", "nom", "dep", "epci", "cp", "pop"], communes(folder))
    write(DATA / "epci.csv.gz", ["siren", "nom", "nature", "pop"], groupings(folder))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
