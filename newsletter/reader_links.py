"""The personal links of a letter: made when it is sent, understood when they come back."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from newsletter import tokens
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN
from newsletter.models import Subscription
from newsletter.models.subscriber import address_digest

PAGES = {tokens.UNSUBSCRIBE: "public:unsubscribe", tokens.PREFERENCES: "public:preferences"}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a genuine link; `subscription` is None once the reader was erased."""

    token: str
    subscription: Subscription | None


def token(purpose: str, subscription: int, address: str) -> str:
    """The token of `purpose` for a subscription of the reader at `address` (normalised)."""
    return tokens.make(settings.SECRET_KEY, purpose, subscription, address_digest(address))


def prefix(purpose: str) -> str:
    """The public address a token of `purpose` is put after."""
    path = reverse(PAGES[purpose], args=["x" * tokens.WIDTH])
    return f"{settings.PUBLIC_URL}{path}".removesuffix("x" * tokens.WIDTH)


def holder(purpose: str, text: str) -> Holder | None:
    """Who holds this link, or None when it is not one of ours. Retired keys still open."""
    keys = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    claim = tokens.read(keys, purpose, text)
    if claim is None:
        return None
    rows = Subscription.objects.select_related("subscriber", "series")
    found = rows.filter(pk=claim.subscription).first()
    if found is not None and not claim.matches(address_digest(found.subscriber.address)):
        found = None  # the number belongs to somebody else since a restored backup
    return Holder(text, found)


def public_version(html: str) -> str:
    """The frozen letter as everybody may see it: the same bytes, but for the personal links,
    which lead to the pages that explain how to leave.
    """
    leave = f"{settings.PUBLIC_URL}{reverse('public:leave')}"
    return html.replace(UNSUBSCRIBE_TOKEN, leave).replace(PREFERENCES_TOKEN, leave)
