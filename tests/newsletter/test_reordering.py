"""Whatever the gestures, in whatever order: nobody is lost, nobody twice, the hand decides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter import composing
from newsletter.models import Entry, Issue, Series
from tests import make
from tests.make import NOW
from veille.exceptions import Refused

SECTIONS = ("a-la-une", "publications", "agenda")
GESTURES = st.lists(
    st.tuples(
        st.sampled_from(["up", "down", "place", "remove", "restore", "reorder"]),
        st.integers(0, 5),
        st.integers(0, 2),
        st.integers(0, 7),
    ),
    max_size=12,
)


@pytest.fixture
def letter(db: None) -> Series:
    made = make.series()
    for position, slug in enumerate(SECTIONS):
        make.section(made, slug, position=position)
    return made


class Desk:
    """The model beside the real thing: a list of ids for each section, and who is out."""

    def __init__(self, series: Series) -> None:
        self.issue = make.issue(series=series)
        self.entries = [
            make.entry(self.issue, section=SECTIONS[n % 3], position=n // 3) for n in range(6)
        ]
        self.shown = {slug: [e.pk for e in self.entries if e.section == slug] for slug in SECTIONS}
        self.out: set[int] = set()

    def play(self, gesture: str, which: int, section: int, position: int) -> None:
        entry = Entry.objects.select_related("issue").get(pk=self.entries[which].pk)
        if gesture in {"remove", "restore"}:
            (composing.remove if gesture == "remove" else composing.restore)(entry, None, now=NOW)
            self.out ^= {entry.pk} & self.out if gesture == "restore" else {entry.pk} - self.out
        elif gesture == "reorder":
            slug = SECTIONS[section]
            order = list(reversed(self.visible(slug)))
            composing.reorder(self.issue, slug, order, None, now=NOW)
            self.shown[slug] = order + [pk for pk in self.shown[slug] if pk in self.out]
        elif entry.pk in self.out:
            return
        elif gesture == "place":
            composing.place(entry, SECTIONS[section], position, None, now=NOW)
            self.put(entry.pk, SECTIONS[section], position)
        else:
            self.step(entry, -1 if gesture == "up" else 1)

    def step(self, entry: Entry, by: int) -> None:
        at = SECTIONS.index(entry.section)
        wanted = self.visible(entry.section).index(entry.pk) + by
        inside = 0 <= wanted < len(self.visible(entry.section))
        if not inside and not 0 <= at + by < len(SECTIONS):
            with pytest.raises(Refused):
                composing.move(entry, by, None, now=NOW)
            return
        composing.move(entry, by, None, now=NOW)
        if inside:
            self.put(entry.pk, entry.section, wanted)
        else:
            self.put(entry.pk, SECTIONS[at + by], 0 if by > 0 else 99)

    def put(self, pk: int, slug: str, position: int) -> None:
        for held in self.shown.values():
            if pk in held:
                held.remove(pk)
        rest = [other for other in self.shown[slug] if other in self.out]
        mates = self.visible(slug)
        mates.insert(position, pk)
        self.shown[slug] = mates + rest

    def visible(self, slug: str) -> list[int]:
        return [pk for pk in self.shown[slug] if pk not in self.out]


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(gestures=GESTURES)
def test_nobody_is_lost_or_doubled_by_any_gestures(
    letter: Series, gestures: list[tuple[Any, ...]]
) -> None:
    desk = Desk(letter)
    for gesture in gestures:
        desk.play(*gesture)
        rows = list(Entry.objects.filter(issue=desk.issue).order_by("position", "pk"))
        assert sorted(row.pk for row in rows) == sorted(entry.pk for entry in desk.entries)
        assert {row.pk for row in rows if row.removed} == desk.out
        for slug in SECTIONS:
            found = [row.pk for row in rows if row.section == slug and not row.removed]
            # One brought back stands beside where it was; the others keep the hand's order.
            known = desk.visible(slug)
            assert sorted(found) == sorted(known)
            desk.shown[slug] = found + [pk for pk in desk.shown[slug] if pk in desk.out]
            if gesture[0] not in {"restore", "remove"}:
                assert found == known
    assert Issue.objects.get(pk=desk.issue.pk).state == "draft"
