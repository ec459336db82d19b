"""What the invented outlets publish: content/*.txt with dates counted from today.

A text file is a list of articles: `@days hour #category`, a title, paragraphs, an empty line.
In them `{+38}` is the first working day from today + 38 on («4 janvier 2027»), `{-2}` a past day,
`{jeudi+16}` the first Thursday from today + 16 on. `ordinaire.txt` holds what the local press
prints beside the subject, with `{ville}` and `{autre}`.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from schedules.calendar import is_workday
from veille.french import DAYS, NBSP, PARIS, full_date, long_day

HERE = Path(__file__).parent
WEEKS = 5
PAYWALL = "RÉSERVÉ AUX ABONNÉS"


@dataclass(frozen=True)
class Article:
    """One article of one outlet. `path` is its address below the outlet's."""

    outlet: str
    number: int
    path: str
    title: str
    paragraphs: tuple[str, ...]
    category: str
    published: datetime

    @property
    def lead(self) -> str:
        """The first paragraph: what a feed calls a description."""
        return self.paragraphs[0]


@dataclass(frozen=True)
class Outlet:
    """One invented outlet and what it published, newest first."""

    id: str
    name: str
    shape: str
    category: str
    territory: str
    filtered: bool
    articles: tuple[Article, ...]


def outlets(now: datetime) -> list[Outlet]:
    """Every outlet with its articles, dated from `now` (aware)."""
    described: list[dict[str, Any]] = yaml.safe_load((HERE / "outlets.yaml").read_text("utf-8"))
    ordinary = _ordinary()
    made = []
    for about in described:
        found = [*_written(about["id"], now), *_local(about, ordinary, now)]
        found.sort(key=lambda article: article.published)
        numbered = [_numbered(about["shape"], n, article) for n, article in enumerate(found, 100)]
        made.append(
            Outlet(
                about["id"], about["name"], about["shape"], about["category"],
                about["territory"], about.get("filtered", False), tuple(reversed(numbered)),
            )
        )  # fmt: skip
    return made


def _written(outlet: str, now: datetime) -> Iterator[Article]:
    text = (HERE / "content" / f"{outlet}.txt").read_text(encoding="utf-8")
    for block in text.strip().split("\n\n"):
        head, title, *paragraphs = block.strip().split("\n")
        days, hour, category = re.fullmatch(r"@(\d+) (\d\d:\d\d) #(.+)", head).groups()  # type: ignore[union-attr]  # a malformed file must fail
        today = now.astimezone(PARIS).date()
        yield Article(
            outlet, 0, "",
            typeset(dated(title, today)),
            tuple(typeset(dated(line, today)) for line in paragraphs),
            category,
            _moment(now, int(days), time.fromisoformat(hour)),
        )  # fmt: skip


def _ordinary() -> Iterator[tuple[str, str, str]]:
    """The ordinary pieces in a fixed shuffled order, over and over."""
    lines = (HERE / "content" / "ordinaire.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("# ")]
    pieces = [(a[1:], b, c) for a, b, c in zip(lines[::3], lines[1::3], lines[2::3], strict=True)]
    order = random.Random(20)  # noqa: S311  # the same demonstration every time
    while True:
        order.shuffle(pieces)
        yield from list(pieces)


def _local(
    about: dict[str, Any], ordinary: Iterator[tuple[str, str, str]], now: datetime
) -> Iterator[Article]:
    wanted: int = about.get("ordinary", 0)
    order = random.Random(about["id"])  # noqa: S311  # the same demonstration every time
    for n in range(wanted):
        category, title, text = next(ordinary)
        town, other = order.sample(about["towns"], 2)
        title, text = (_placed(part, town, other) for part in (title, text))
        at = time(order.randrange(6, 20), order.randrange(60))
        days = n * WEEKS * 7 // wanted
        yield Article(about["id"], 0, "", title, (text,), category, _moment(now, days, at))


def _placed(text: str, town: str, other: str) -> str:
    """The piece with its towns; «de Amiens» becomes «d’Amiens»."""
    text = text.replace("{ville}", town).replace("{autre}", other)
    return typeset(re.sub(r"\b([Dd])e (?=[AEIOUÉ])", r"\1’", text))


def _moment(now: datetime, days: int, at: time) -> datetime:
    """That hour of that day in Paris; never in the future, so that nothing reads «dans 3 h»."""
    day = now.astimezone(PARIS).date() - timedelta(days=days)
    moment = datetime.combine(day, at, PARIS)
    earlier = timedelta(minutes=7 + at.hour * 2 + at.minute // 10)
    return min(moment, (now - earlier).astimezone(PARIS)).replace(second=0, microsecond=0)


def _numbered(shape: str, number: int, article: Article) -> Article:
    slug = slugged(article.title)
    day = article.published
    path = {
        "wordpress": f"{day:%Y/%m/%d}/{slug}/",
        "spip": f"spip.php?article{number}",
        "drupal": f"actualites/{slug}",
        "gouv": f"Actualites/{slug}",
    }.get(shape, f"{slug}-{number}.html")
    return Article(
        article.outlet, number, path, article.title, article.paragraphs, article.category, day
    )


def slugged(text: str) -> str:
    """«Été à Lens» → «ete-a-lens»."""
    spaced = re.sub("[’–]", "-", text)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def dated(text: str, today: date) -> str:
    """Fills in the days counted from today."""

    def day(found: re.Match[str]) -> str:
        weekday, shift = found[1], int(found[2])
        moment = today + timedelta(days=shift)
        if weekday:
            while DAYS[moment.weekday()] != weekday:
                moment += timedelta(days=1)
            return long_day(moment, year=True)
        while shift > 0 and not is_workday(moment):
            moment += timedelta(days=1)
        return full_date(moment).replace(NBSP, " ")

    return re.sub(r"\{(" + "|".join(DAYS) + r")?([+-]\d+)\}", day, text)


def typeset(text: str) -> str:
    """No-break spaces where French wants them, so that the files stay readable."""
    text = re.sub(r"« ?([^»]+?) ?»", rf"«{NBSP}\1{NBSP}»", text)
    return re.sub(r" ([:;?!%€])", rf"{NBSP}\1", text)
