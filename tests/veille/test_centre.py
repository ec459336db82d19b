"""The centre's identity: a readable accent, a safe logo, and who may change them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from veille.colour import DARK_PAPER, LIGHT_PAPER, accent_for_dark, accent_for_light, contrast
from veille.exceptions import BadInput
from veille.models import Centre
from veille.staff.models import AuditEntry, User

AsUser = Callable[[User], Client]
FIELDS = {"name": "Centre des quartiers", "accent": "#7A1F5C", "font": "arial"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize("colour", ["#0B5A8A", "#7A1F5C", "#000000", "#005A00", "#8A0000"])
def test_an_accent_is_readable_on_both_papers(colour: str) -> None:
    assert contrast(accent_for_light(colour), LIGHT_PAPER) >= 4.5
    assert contrast(accent_for_dark(colour), DARK_PAPER) >= 4.5


def test_a_pale_accent_is_refused_with_its_contrast() -> None:
    with pytest.raises(BadInput, match="trop claire"):
        accent_for_light("#FFDD00")


def test_denis_changes_the_identity_and_it_is_recorded(denis: User, as_user: AsUser) -> None:
    logo = SimpleUploadedFile("logo.png", PNG)
    answer = as_user(denis).post("/reglages", FIELDS | {"logo_file": logo})
    assert answer.status_code == 302
    assert Centre.current().name == "Centre des quartiers"
    assert "--accent-light: #7A1F5C" in Client().get("/centre.css").content.decode()
    assert AuditEntry.objects.filter(verb="changed the centre", actor=denis).exists()
    served = Client().get(f"/reglages/logo/{Centre.current().logo}")
    assert served.headers["Content-Type"] == "image/png"
    assert b"".join(served) == PNG  # type: ignore[arg-type]  # a streaming answer


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("logo.png", b"<svg onload=alert(1)>", "PNG ou JPEG"),
        ("logo.png", PNG + b"\0" * 300_000, "200 ko"),
    ],
)
def test_a_bad_logo_is_refused_beside_its_field(
    name: str, data: bytes, words: str, denis: User, as_user: AsUser
) -> None:
    answer = as_user(denis).post(
        "/reglages", FIELDS | {"logo_file": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Centre des quartiers" in answer.content.decode(), "what was typed is kept"
    assert not Centre.objects.exists()


def test_only_logos_are_served_by_name(db: None) -> None:
    for name in ("..%2f..%2fsecret_key", "secret_key", "logo-zz.png", "logo-0123456789abcdef.svg"):
        assert Client().get(f"/reglages/logo/{name}").status_code == 404
