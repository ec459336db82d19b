"""One-time links (first sign-in, forgotten password) and the brake on wrong passwords."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils import timezone

from veille.exceptions import Refused
from veille.staff.models import AuditEntry, User

TOKENS = PasswordResetTokenGenerator()
WINDOW = timedelta(minutes=15)
MOST = 10  # wrong passwords per address and per account name, in the window


def one_time_link(user: User) -> str:
    """An address that lets `user` set a password once; it dies when used, or after three days."""
    path = reverse("staff:one-time", args=[f"{user.pk}-{TOKENS.make_token(user)}"])
    return f"{settings.PUBLIC_URL}{path}"


def user_of(token: str) -> User:
    """Whose link is it? Refused, saying what to do, when it is used or too old."""
    key, _, rest = token.partition("-")
    user = (
        User.objects.filter(pk=key, is_active=True).first()
        if re.fullmatch(r"[0-9]{1,9}", key)
        else None
    )
    if user is None or not TOKENS.check_token(user, rest):
        raise Refused("Ce lien a déjà servi ou a expiré. Demandez-en un nouveau.")
    return user


def too_many(email: str, address: str) -> bool:
    """Were there too many wrong passwords lately for this account or from this address?

    Two separate counts, so that nobody can lock a colleague out from elsewhere for long.
    """
    since = timezone.now() - WINDOW
    wrong = AuditEntry.objects.filter(verb="sign-in refused", at__gte=since)
    return (
        wrong.filter(subject=email, detail__from=address).count() >= MOST
        or wrong.filter(detail__from=address).count() >= 5 * MOST
    )
