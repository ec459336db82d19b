"""Opening and closing accounts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from veille.exceptions import BadInput, NotFound, Refused
from veille.staff.audit import record
from veille.staff.models import AuditEntry, User
from veille.staff.roles import ROLES
from veille.staff.sign_in import one_time_link


@transaction.atomic
def add(email: str, *, role: str, name: str = "", actor: User | None) -> User:
    """A new account with `role`; an account closed before is opened again.

    Raises BadInput for an address that is none, Refused when the account is open already.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(f"« {email} » n’est pas une adresse de courriel.", where="email") from error
    user = User.objects.filter(email=email).first()
    if user and user.is_active:
        raise Refused(f"{email} a déjà un compte ({user.role}).")
    again = {} if user is None else {"again": True}
    if user is None:
        user = User.objects.create_user(email, role, name=name)
    else:
        user.role, user.is_active, user.name = role, True, name or user.name
        user.set_unusable_password()
        user.save()
    record(actor, "opened account", email, role=role, **again)
    return user


def open_account(email: str) -> User:
    """The account of `email`. Raises NotFound when there is none or it is closed."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound(f"Aucun compte ouvert pour {email}.")
    return user


def named(email: str | None) -> User | None:
    """The open account of `--as EMAIL`; None when nobody is named. Raises NotFound."""
    return open_account(email) if email else None


@transaction.atomic
def new_link(email: str, *, actor: User | None) -> str:
    """A one-time link for somebody who lost theirs. Recorded: whoever makes it could use it."""
    user = open_account(email)
    record(actor, "made a link for", user.email)
    return one_time_link(user)


def link_makers(user: User) -> frozenset[int]:
    """The people (ids) who made, for the account once it was there, a link that could have set the
    password it has now: whoever makes a link could use it, and then holds the account.

    From the audit trail: what was made since the password before, as choosing one kills all links.
    The link that came with the opening of the account does not count, that of a reopening does.
    """
    lines = AuditEntry.objects.filter(subject=user.email)
    chosen = lines.filter(verb="set password").order_by("-pk").values_list("pk", flat=True)[:2]
    made = lines.filter(Q(verb="made a link for") | Q(verb="opened account", detail__again=True))
    if chosen:
        made = made.filter(pk__lt=chosen[0])
    if len(chosen) == 2:
        made = made.filter(pk__gt=chosen[1])
    return frozenset(made.exclude(actor=None).exclude(actor=user).values_list("actor", flat=True))


def _not_the_last_administrator(user: User) -> None:
    others = User.objects.filter(role="administrateur", is_active=True).exclude(pk=user.pk)
    if user.role == "administrateur" and not others.exists():
        raise Refused("C’est le dernier compte d’administration : ouvrez-en un autre d’abord.")


@transaction.atomic
def set_role(email: str, role: str, *, actor: User | None) -> User:
    """Gives an open account another role. The last administrator keeps theirs."""
    if role not in ROLES:
        raise BadInput(f"Rôle inconnu : {role}. Rôles : {', '.join(ROLES)}.", where="role")
    user = open_account(email)
    if role != user.role:
        _not_the_last_administrator(user)
        before, user.role = user.role, role
        user.save(update_fields=["role"])
        record(actor, "changed role", user.email, before=before, after=role)
    return user


@transaction.atomic
def close(email: str, *, actor: User | None) -> User:
    """Closes an account. The last open administrator cannot be closed."""
    user = open_account(email)
    _not_the_last_administrator(user)
    user.is_active = False
    user.set_unusable_password()
    user.save()
    record(actor, "closed account", user.email)
    return user
