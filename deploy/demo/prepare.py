"""What has no command: passwords of the demonstration's accounts, and the centre's identity.

Run as a process of its own with the demonstration's environment: `prepare.py EMAIL… PASSWORD`.
"""

from __future__ import annotations

import os
import sys

import django

IDENTITY = {
    "name": "Réseau Lisières",
    "accent": "#7A3E1D",
    "font": "georgia",
    "site_url": "https://www.lisieres.example",
    "contact_email": "contact@lisieres.example",
    "postal_address": "12 rue de la Filature, 59000 Lille",
    "publisher": "Claire Aubry",
    "privacy_url": "https://www.lisieres.example/confidentialite",
}


def main(emails: list[str], password: str) -> None:
    """Sets one password for every account, and the identity the settings page would set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.site.settings")
    django.setup()
    from veille.models import Centre
    from veille.staff.models import User

    for user in User.objects.filter(email__in=emails):
        user.set_password(password)
        user.save(update_fields=["password"])
    centre = Centre.current()
    for name, value in IDENTITY.items():
        setattr(centre, name, value)
    centre.full_clean()
    centre.save()


if __name__ == "__main__":
    main(sys.argv[1:-1], sys.argv[-1])
