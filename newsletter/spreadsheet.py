"""Tables people exchange: CSV read whatever the office suite that wrote it, and written safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from veille.exceptions import BadInput

# A cell that starts with one of these runs as a formula in a spreadsheet (full-width signs too, and
# after spaces): https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = frozenset("=+-@＝＋－＠")  # the full-width signs are meant
MOST_BYTES = 20 * 1024 * 1024


def cell(text: str) -> str:
    """`text` as a cell that no spreadsheet runs: an apostrophe before what looks like a formula.

    What begins with an apostrophe gets a second one, so that `uncell` gives back every text.
    """
    return f"'{text}" if _runs(text) or text[:1] == "'" else text


def uncell(text: str) -> str:
    """What `cell` was given; any other text as it is."""
    return text[1:] if text[:1] == "'" and (_runs(text[1:]) or text[1:2] == "'") else text


def _runs(text: str) -> bool:
    return text[:1] in {"\t", "\r", "\n"} or text.lstrip()[:1] in FORMULA


def write(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """CSV lines (`;`, CRLF, for French spreadsheets), the first with a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(columns)
    for row in rows:
        yield _taken(buffer)
        writer.writerow([cell(value) for value in row])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def read(data: bytes, names: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file as (line number, {our name: value}); empty rows are left out.

    `names` maps the headers understood (lower case) to our names; other columns are ignored.
    UTF-8 (with or without mark) or cp1252; `,`, `;` or tab. Raises BadInput when it is no table.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("Le fichier dépasse 20 Mo : coupez-le en plusieurs.", where="file")
    text = _text(data)
    if "\0" in text:
        raise BadInput("Ce n’est pas un fichier CSV : exportez-le au format CSV.", where="file")
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            raise BadInput(f"Ligne {rows.line_num} illisible ({error}).", where="file") from error
        values = [uncell(value.strip()) for value in row]
        if not any(values):
            continue
        if columns is None:
            columns = [names.get(value.lower(), "") for value in values]
            continue
        yield (
            rows.line_num,
            {name: value for name, value in zip(columns, values, strict=False) if name},
        )
    if columns is None:
        raise BadInput("Le fichier est vide : il faut une ligne d’en-têtes.", where="file")


def columns_of(data: bytes) -> list[str]:
    """The headers of a file, as written."""
    header = next((line for line in _text(data).splitlines() if line.strip()), "")
    return next(csv.reader([header], delimiter=max(",;\t", key=header.count)), [])


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
