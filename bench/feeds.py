"""Real feeds, collected over HTTP as the service does, beside what feedparser alone finds.

    python -m bench.feeds [folder]

`folder` holds feeds as they were received, one file each (default: the corpus beside the project).
Per feed: the entries, and how many titles, links and dates are lost or read differently. Ends with
1 when anything that feedparser alone finds (its defaults) is lost, with 2 without a corpus.
"""

from __future__ import annotations

import calendar
import io
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from tests.web import serving
from veille.kinds.feed import Feed
from veille.reading import links, sanitize
from veille.reading.errors import ReadingError
from veille.reading.types import FetchPolicy, ParsedEntry, SourceRef

BESIDE = [parent / "shared/corpus/feeds" for parent in Path(__file__).resolve().parents[2:4]]
POLICY = FetchPolicy("Vigie-bench/1", allow=("127.0.0.0/8",))
WHAT = ("entries", "titles", "links", "dates")


@dataclass
class Line:
    """One feed: what each side found."""

    name: str
    version: str = ""
    ours: int = 0
    theirs: int = 0
    milliseconds: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    differs: Counter[str] = field(default_factory=Counter)
    words: str = ""


def main(arguments: Sequence[str]) -> int:
    found = [Path(argument) for argument in arguments] or [p for p in BESIDE if p.is_dir()]
    folder = found[0] if found else BESIDE[0]
    files = sorted(path for path in folder.glob("*") if path.is_file())
    if not files:
        print(f"No feed in {folder}: give the folder of a corpus as argument.")
        return 2
    lines = collect(files)
    print(table(lines))
    lost = sum((line.lost for line in lines), Counter())
    failed = [line.name for line in lines if line.words]
    print(f"\n{len(lines)} feeds, {sum(line.ours for line in lines)} entries;", end=" ")
    print(f"feedparser alone {sum(line.theirs for line in lines)};", end=" ")
    print(f"failed: {len(failed)};", "lost:", dict(lost) or "nothing")
    return 1 if lost or failed else 0


def collect(files: Sequence[Path]) -> list[Line]:
    """Each file served on loopback, fetched and parsed by the `feed` kind, then compared."""
    with serving() as web:
        for path in files:
            body = path.read_bytes()
            kind = "application/feed+json" if body.startswith(b"{") else "application/xml"
            web.add(f"/{path.name}", body, headers={"Content-Type": kind})
        return [compare(path, web.url(f"/{path.name}")) for path in files]


def compare(path: Path, url: str) -> Line:
    line = Line(path.name)
    alone = feedparser.parse(
        io.BytesIO(path.read_bytes()),
        response_headers={"content-location": url, "content-type": "application/xml"},
    )
    line.theirs = len(alone.entries)
    start = time.perf_counter()
    try:
        feed = Feed()
        parsed = feed.parse(feed.fetch(SourceRef(url), POLICY))
    except ReadingError as error:
        line.words = f"{error.code}: {error}"
        line.lost["entries"] = line.theirs
        return line
    line.milliseconds = round((time.perf_counter() - start) * 1000)
    line.version, line.ours = parsed.version, len(parsed.entries)
    line.lost["entries"] = max(line.theirs - line.ours, 0)
    for entry, other in zip(parsed.entries, alone.entries, strict=False):
        _compare(entry, other, line)
    line.lost += Counter()  # drops the zeros
    return line


def _compare(entry: ParsedEntry, other: Any, line: Line) -> None:
    """Same position, same entry: both keep the order of the feed."""
    title = sanitize.text(other.get("title") or "")
    if title and title != entry.title:
        line.differs["titles"] += 1
        if set(title.split()).isdisjoint(entry.title.split()):
            line.lost["titles"] += 1
    link = other.get("link") or ""
    if link:
        line.lost["links"] += not entry.url
        line.differs["links"] += entry.url not in ("", links.canonical(link))
    parsed = other.get("published_parsed") or other.get("updated_parsed")
    if parsed and parsed.tm_year > 1:  # 0001-01-01 is how some programs write "no date"
        ours = entry.published or entry.updated
        line.lost["dates"] += ours is None
        theirs = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        line.differs["dates"] += ours is not None and ours.replace(microsecond=0) != theirs


def table(lines: Sequence[Line]) -> str:
    """Fixed columns: lost / read differently for each of titles, links and dates."""
    rows = [
        f"{'feed':18}{'version':>9}{'ms':>6}{'entries':>9}{'alone':>7}"
        f"{'titles':>9}{'links':>8}{'dates':>8}   (lost/different)"
    ]
    for line in lines:
        pairs = (f"{line.lost[what]}/{line.differs[what]}" for what in WHAT[1:])
        titles, addresses, dates = pairs
        note = line.words or ("gain" if line.ours > line.theirs else "")
        rows.append(
            f"{line.name[:16]:18}{line.version:>9}{line.milliseconds:>6}{line.ours:>9}"
            f"{line.theirs:>7}{titles:>9}{addresses:>8}{dates:>8}   {note}".rstrip()
        )
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
