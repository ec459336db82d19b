"""Subject and preheader proposed from the entries. Pure.

Lengths (reference: what mail clients show of a line): a subject of 30 to 60 signs, the most
specific story first, the number or the month last; a preheader of 40 to 90, other than the subject.
"""

from __future__ import annotations

from collections.abc import Sequence

SUBJECT_MOST = 60
SUBJECT_LEAST = 30
PREHEADER_MOST = 90
PREHEADER_LEAST = 40
_DASH = " – "
_DOT = " · "
# A cut never ends on a word that announces another.
_HANGING = (
    " le la les l’ l' un une des de du d’ d' à au aux en et ou dans sur sous par pour sa son ses "
    "leur leurs ce cet cette ces qui que dont avec sans vers chez entre se ne plus très : ; , – « "
)


def cut(text: str, room: int) -> str:
    """`text` in at most `room` signs, cut after a whole word, with «…» when cut."""
    text = " ".join(text.split())
    if len(text) <= room:
        return text
    words = text[: max(room, 1)].rsplit(" ", 1)[0].split(" ") if " " in text[:room] else []
    while words and f" {words[-1].lower()} " in _HANGING:
        words.pop()
    kept = " ".join(words).rstrip(" ,;:–-«")
    return f"{kept[: room - 1]}…" if kept else f"{text[: room - 1]}…"


def subject(titles: Sequence[str], ending: str, fallback: str) -> str:
    """The first title cut to fit, then `ending` («novembre 2026», «n° 12»).

    A first title too short for 30 signs is completed by the second one; without any title,
    `fallback` (the letter's name) stands for it.
    """
    room = SUBJECT_MOST - len(_DASH) - len(ending)
    head = cut(titles[0] if titles else fallback, room)
    left = room - len(head) - len(_DOT)
    if len(head) + len(_DASH) + len(ending) < SUBJECT_LEAST and len(titles) > 1 and left >= 10:
        head = f"{head}{_DOT}{cut(titles[1], left)}"
    return f"{head}{_DASH}{ending}"


def preheader(titles: Sequence[str], fallback: str) -> str:
    """What follows the first title: as many of the next ones as 90 signs hold."""
    text = ""
    for title in titles[1:]:
        candidate = f"{text}{_DOT}{title}" if text else title
        if len(candidate) > PREHEADER_MOST:
            if len(text) < PREHEADER_LEAST:
                text = cut(candidate, PREHEADER_MOST)
            break
        text = candidate
    return text if len(text) >= PREHEADER_LEAST else cut(f"{text}. {fallback}".lstrip(". "), 90)
