"""What is listmonk's own: its template, and its published description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter.exceptions import ProviderError
from newsletter.letter import Address
from newsletter.providers.rehearsal.listmonk import ListmonkRehearsal
from tests.newsletter.providers.test_campaign_contract import DRAFT, listmonk

ROOT = Path(__file__).resolve().parents[3]
PLACES = [ROOT.parent / "shared" / "specs", ROOT.parents[1] / "shared" / "specs"]
BEYOND = {"per_page", "page", "tags", "no_body", "search", "subscription_status"}


@pytest.fixture
def server() -> Iterator[ListmonkRehearsal]:
    with ListmonkRehearsal() as stage:
        yield stage


@pytest.mark.parametrize(("template", "words"), [(1, "pixel"), (9, "existe pas")])
def test_a_template_with_a_pixel_or_none_is_said_and_stops_the_push(
    server: ListmonkRehearsal, template: int, words: str
) -> None:
    provider = listmonk(server, template=template)
    assert words in provider.check()[0]
    with pytest.raises(ProviderError):
        provider.push(DRAFT)
    assert server.sends == []


def test_every_call_and_every_field_is_in_the_published_description(
    server: ListmonkRehearsal,
) -> None:
    found = [place / "listmonk.yml" for place in PLACES if (place / "listmonk.yml").exists()]
    if not found:
        pytest.skip("the API descriptions are not beside the project (../shared/specs)")
    described: dict[str, Any] = yaml.safe_load(found[0].read_text(encoding="utf-8"))
    known = set(described["components"]["schemas"]["CampaignUpdate"]["properties"])
    provider = listmonk(server)
    server.person("amina@centre.example", on="confirmed")
    ref = provider.push(DRAFT)
    provider.test(ref, DRAFT, ["amina@centre.example"])
    provider.add("3", [Address("denis@centre.example")])
    provider.leave("3", ["denis@centre.example"])
    provider.send(ref, DRAFT)
    for call in server.calls:
        path = re.sub(r"\d+", "{id}", call.path.removeprefix("/api"))
        assert call.method.lower() in described["paths"][path], (call.method, path)
        if path == "/campaigns" and call.method == "POST":
            assert set(call.body) <= known
