"""What happened → when to ask again, and why. Pure.

The rules (reference: polling 2.3), in one place:
  base    half the median gap of the last 20 arrivals, 1 h to 24 h; under 3 items 6 h; silent for
          30 days 24 h, for 180 days 72 h
  wish    the longest of max-age or Expires (200 and 304 alike), <ttl>, sy:update*, skipHours and
          skipDays; at most 24 h
  floor   never before 1 h; plus 0 to 10 % fixed by the source's key
  morning a source read every morning gets its turn between 05:30 and 07:00 when it is due within
          3 h of it: never one more request
  429     Retry-After up to 31 d, else 2 h doubling to 24 h, whole host; no fault of the source
  503     with Retry-After: the same, for the source only
  errors  1 h doubling to 24 h, and never stops; after a 410 the second look comes a day later
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from veille.french import NBSP, PARIS, count
from veille.reading.types import NextCheck, Outcome, Skip

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FLOOR = HOUR
LONGEST_RETRY = timedelta(days=31)
MORNING = (time(5, 30), time(7, 0))
NEAR = timedelta(hours=3)
_REFUSED = {401, 403}


def next_check(outcome: Outcome, *, now: datetime, key: str, daily: bool = False) -> NextCheck:
    """When to ask again and why, a French sentence.

    `now` (aware) is the moment of the attempt; `key` names the source and fixes its jitter, so
    that a restart changes nothing; `daily`: read every morning. `hold_host_until` is set by a 429,
    `hold_source_until` by a 503 that says when to come back.
    """
    if outcome.kind == "failed":
        return _after_failure(outcome, now, key)
    base, why = _base(outcome.seen, now)
    wish, asked = _wish(outcome, now)
    if wish > base:
        base, why = wish, asked
    earliest = now + max(FLOOR, wish)
    at = _skipped(now + max(base, FLOOR), outcome.skip, now + DAY)
    if at > now + max(base, FLOOR):
        why = "le site demande de ne pas être lu avant"
    at += _jitter(at - now, key)
    if daily:
        slot = _morning(at, key)
        if abs(slot - at) <= NEAR and slot >= earliest:
            return NextCheck(slot, "lue chaque matin avant l’arrivée de l’équipe")
    return NextCheck(at, why)


def _base(seen: tuple[datetime, ...], now: datetime) -> tuple[timedelta, str]:
    """By the source's own rhythm."""
    arrivals = sorted(seen, reverse=True)[:20]
    silence = now - arrivals[0] if arrivals else timedelta()
    if silence > 180 * DAY:
        return 3 * DAY, "muette depuis plus de six mois"
    if silence > 30 * DAY:
        return DAY, "muette depuis plus d’un mois"
    if len(arrivals) < 3:
        return 6 * HOUR, "encore peu de contenus pour connaître son rythme"
    gaps = [
        (newer - older).total_seconds()
        for newer, older in zip(arrivals, arrivals[1:], strict=False)
    ]
    half = timedelta(seconds=median(gaps) / 2)
    base = min(max(half, HOUR), DAY)
    return base, f"selon son rythme, toutes les {_words(base)}"


def _wish(outcome: Outcome, now: datetime) -> tuple[timedelta, str]:
    """What the site asks for, by its headers or in its feed; at most a day."""
    asked = min(max(_freshness(outcome.headers, now), outcome.ttl or timedelta()), DAY)
    return asked, f"le site demande {_words(asked)}"


def _freshness(headers: Mapping[str, str], now: datetime) -> timedelta:
    """RFC 9111 4.2: max-age less Age, else Expires less Date."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return timedelta()
    match = re.search(r"\bmax-age\s*=\s*\"?(\d{1,10})", control)
    if match:
        age = headers.get("age", "").strip()
        seconds = int(match[1]) - (int(age[:10]) if age.isascii() and age.isdigit() else 0)
        return timedelta(seconds=min(max(seconds, 0), 86_400))
    expires = _http_date(headers.get("expires", ""))
    if expires is None:
        return timedelta()
    return max(expires - (_http_date(headers.get("date", "")) or now), timedelta())


def _skipped(at: datetime, skip: Skip, latest: datetime) -> datetime:
    """Out of the hours and days the feed asks to be left alone, but not beyond `latest`."""
    moved = at
    while moved < latest and (
        moved.astimezone(UTC).hour in skip.hours or moved.astimezone(UTC).weekday() in skip.days
    ):
        moved = moved.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    return min(moved, max(latest, at))


def _morning(at: datetime, key: str) -> datetime:
    """This source's place in the morning slot nearest to `at`."""
    length = (MORNING[1].hour - MORNING[0].hour) * 60 + MORNING[1].minute - MORNING[0].minute
    offset = timedelta(minutes=int(length * _share(f"{key} matin")))
    today = at.astimezone(PARIS).date()
    slots = (
        datetime.combine(today + timedelta(days=shift), MORNING[0], PARIS) + offset
        for shift in (0, 1)
    )
    return min(slots, key=lambda slot: abs(slot - at)).astimezone(UTC)


def _after_failure(outcome: Outcome, now: datetime, key: str) -> NextCheck:
    times = max(outcome.error_count - 1, 0)
    asked = _retry_after(outcome.headers, now)
    if outcome.status == 429:
        wait = asked if asked is not None else _doubled(2 * HOUR, times)
        at = now + max(wait, FLOOR)
        return NextCheck(at, f"le site demande de ralentir ({_words(wait)})", hold_host_until=at)
    if outcome.status == 503 and asked is not None:
        at = now + max(asked, FLOOR)
        return NextCheck(at, f"le site en panne demande {_words(asked)}", hold_source_until=at)
    if outcome.code == "offline":
        return NextCheck(now + FLOOR, "notre connexion semblait coupée")
    wait = _doubled(HOUR, times)
    if outcome.status == 410:
        wait = DAY
    return NextCheck(now + wait + _jitter(wait, key), _reason(outcome))


def _reason(outcome: Outcome) -> str:
    errors = count(max(outcome.error_count, 1), "erreur")
    if outcome.status in _REFUSED:
        return f"le site refuse la lecture automatique ({errors})"
    if outcome.status == 410:
        return "flux supprimé d’après le site, vérifié un jour plus tard"
    if outcome.status == 404:
        return f"adresse introuvable ({errors})"
    return f"ralenti{NBSP}: {errors} de suite" if outcome.error_count > 1 else "nouvel essai"


def _doubled(first: timedelta, times: int) -> timedelta:
    return min(first * (1 << min(times, 10)), DAY)


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """RFC 9110 10.2.3: seconds, or a date (compared with the site's own clock when it gives it)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:10])), LONGEST_RETRY)
    date = _http_date(value)
    if date is None:
        return None
    wait = date - (_http_date(headers.get("date", "")) or now)
    return min(max(wait, timedelta()), LONGEST_RETRY)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _jitter(delay: timedelta, key: str) -> timedelta:
    """0 to 10 % of `delay`, the same at every call: sources spread out, and stay spread."""
    return timedelta(seconds=int(delay.total_seconds() * 0.1 * _share(key)))


def _share(key: str) -> float:
    """A fixed number of [0, 1) for `key`."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48


def _words(delay: timedelta) -> str:
    """«40 min», «12 h», «3 j»."""
    minutes = round(delay.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")
    return f"{round(minutes / 1440)}{NBSP}j"
