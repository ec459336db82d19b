"""Addresses of readers: read, checked, and brought to the one form that is compared.

Our own rules, stricter than RFC 5321 on purpose: what goes into an envelope or a header is
ASCII without quotes, comments, brackets or controls, so that nothing can be smuggled with it.
"""

from __future__ import annotations

import re

import idna

from veille.exceptions import BadInput

# RFC 5321 4.5.3.1: 64 octets before the @, 254 in all for something a mailbox can be reached by.
LONGEST, LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def normalise(text: str) -> str:
    """The one form of an address: lower case, domain in its ASCII (IDNA 2008) form.

    Raises BadInput, with a French sentence, for what cannot be a deliverable address.
    """
    given = text.strip()
    shown = given if len(given) <= 60 else given[:57] + "…"
    if not given:
        raise BadInput("L’adresse manque.", where="email")
    local, at, domain = given.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise BadInput(f"« {shown} » n’est pas une adresse de courriel.", where="email")
    address = f"{local.lower()}@{_domain(domain, shown)}"
    if len(local) > LONGEST_LOCAL or len(address) > LONGEST:
        raise BadInput(f"« {shown} » est trop longue pour une adresse.", where="email")
    return address


def _domain(domain: str, shown: str) -> str:
    try:
        ascii_form = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise BadInput(f"Le domaine de « {shown} » n’existe pas.", where="email") from error
    labels = ascii_form.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadInput(f"Le domaine de « {shown} » n’existe pas.", where="email")
    if labels[-1].isdigit():
        raise BadInput(f"« {shown} » : écrivez un nom de domaine, pas un numéro.", where="email")
    return ascii_form


def masked(address: str) -> str:
    """«a…@exemple.fr»: enough to recognise one's own address, too little to learn another's."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
