from __future__ import annotations

import pytest

from newsletter.addresses import masked, normalise
from veille.exceptions import BadInput


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Amina.B+veille@Exemple.FR", "amina.b+veille@exemple.fr"),
        ("  o'neil@exemple.fr ", "o'neil@exemple.fr"),
        ("maire@mairie-évry.fr", "maire@xn--mairie-vry-h7a.fr"),
        ("x@sous.domaine.exemple.fr", "x@sous.domaine.exemple.fr"),
    ],
)
def test_an_address_has_one_form(given: str, stored: str) -> None:
    assert normalise(given) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    "given",
    [
        "", "amina", "amina@", "@exemple.fr", "a@b", "a b@exemple.fr", "a@b@c.fr", "a.@exemple.fr",
        ".a@exemple.fr", "a..b@exemple.fr", "a@exemple..fr", "a@-exemple.fr", "a@exemple.fr,b@c.fr",
        "a@exemple.fr>, <c@d.fr", "a@exemple.fr\nBcc: x@y.z", "Amina <a@exemple.fr>", '"a b"@c.fr',
        "é@exemple.fr", "a@127.0.0.1", "a@[127.0.0.1]", "a" * 65 + "@exemple.fr",
        "a@" + "b" * 64 + ".fr",
        "alice@example.org]<bob@example.com>", "a@exemple.fr\x00", "a\u2028@exemple.fr",
        "a@" + ".".join(["b" * 60] * 5) + ".fr",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused_in_french(given: str) -> None:
    with pytest.raises(BadInput) as error:
        normalise(given)
    assert error.value.where == "email"


def test_a_masked_address_says_enough_to_its_owner() -> None:
    assert masked("amina@exemple.fr") == "a…@exemple.fr"
