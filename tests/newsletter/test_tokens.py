"""A token does one thing for one reader; no other opens anything."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from newsletter.tokens import PREFERENCES, UNDO, UNSUBSCRIBE, WIDTH, make, read

DIGEST = "0123456789abcdef" * 4


@given(st.integers(0, 2**40 - 1))
def test_a_token_says_for_whom_it_is_and_has_one_width(number: int) -> None:
    token = make("clé", UNSUBSCRIBE, number, DIGEST)
    claim = read(["clé"], UNSUBSCRIBE, token)
    assert len(token) == WIDTH
    assert claim is not None
    assert claim.subscription == number
    assert claim.matches(DIGEST)
    assert not claim.matches("f" * 64)


def test_each_purpose_opens_only_itself() -> None:
    for made, asked in itertools.product((UNSUBSCRIBE, PREFERENCES, UNDO), repeat=2):
        claim = read(["k"], asked, make("k", made, 7, DIGEST))
        assert (claim is not None) is (made == asked)


def test_a_retired_key_still_opens_old_letters() -> None:
    old = make("ancienne", UNSUBSCRIBE, 7, DIGEST)
    assert read(["nouvelle"], UNSUBSCRIBE, old) is None
    assert read(["nouvelle", "ancienne"], UNSUBSCRIBE, old) is not None


def test_any_changed_sign_and_any_guess_is_refused() -> None:
    token = make("k", UNSUBSCRIBE, 7, DIGEST)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in range(WIDTH):
        for sign in ("A", "b", "_"):
            if token[place] != sign:
                assert read(["k"], UNSUBSCRIBE, token[:place] + sign + token[place + 1 :]) is None
    draw = random.Random(1)
    for _ in range(20_000):
        assert read(["k"], UNSUBSCRIBE, "".join(draw.choices(signs, k=WIDTH))) is None
    for odd in ("", "é" * WIDTH, "=" * WIDTH, token + "A", token[:-1]):
        assert read(["k"], UNSUBSCRIBE, odd) is None
