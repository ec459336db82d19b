"""`vigie setup` as a function: database, shipped lists, first account. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection

from veille import reference
from veille.exceptions import Refused
from veille.staff.accounts import add
from veille.staff.models import User
from veille.staff.sign_in import one_time_link


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` did. `admin_link` is only there when the account was made just now."""

    database: str
    created: bool
    loaded: dict[str, int]
    admin: str = ""
    admin_link: str = ""


def install(*, admin: str = "", say: Callable[[str], None] = lambda text: None) -> Installed:
    """Migrates the database, loads what is shipped, makes the account `admin` if it is new.

    Raises Refused when the database cannot be reached or written, BadInput for an address that
    is none.
    """
    created = _prepare()
    say("Base de données : tables…")
    call_command("migrate", verbosity=0, interactive=False)
    say("Thèmes, lieux, publics, lettres…")
    loaded = reference.load_all()
    link = ""
    if admin and not User.objects.filter(email=admin.strip().lower(), is_active=True).exists():
        link = one_time_link(add(admin, role="administrateur", actor=None))
    return Installed(_database(), created, loaded, admin, link)


def as_json(done: Installed) -> dict[str, Any]:
    """The keys scripts rely on; the link is a secret that is shown once."""
    shown: dict[str, Any] = {
        "database": done.database,
        "created": done.created,
        "loaded": done.loaded,
    }
    return shown | ({"admin_link": done.admin_link} if done.admin_link else {})


def lines(done: Installed) -> list[str]:
    """What a person reads, ending with what to type next."""
    counts = done.loaded
    shown = [
        f"Base {'créée' if done.created else 'à jour'} : {done.database}",
        f"Listes chargées : {counts['themes']} thèmes, {counts['territories']} lieux, "
        f"{counts['audiences']} publics, {counts['content_types']} types de contenu.",
    ]
    if counts["left_as_edited"]:
        shown.append(f"Gardées comme l’équipe les a modifiées : {counts['left_as_edited']} fiches.")
    if done.admin_link:
        shown += [f"Première connexion de {done.admin} (lien à usage unique, trois jours) :"]
        shown += [f"  {done.admin_link}"]
    elif done.admin:
        shown += [f"{done.admin} a déjà un compte. Un nouveau lien : vigie staff link {done.admin}"]
    elif not User.objects.filter(role="administrateur", is_active=True).exists():
        shown += ["Il manque un compte : vigie setup --admin vous@exemple.fr"]
    return [*shown, "Ensuite :", "  vigie sources import FICHIER.opml", "  vigie serve"]


def _prepare() -> bool:
    """Makes the folder of a SQLite file; is the database still empty?"""
    name = str(connection.settings_dict["NAME"])
    try:
        if connection.vendor == "sqlite" and "memory" not in name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        return "django_migrations" not in connection.introspection.table_names()
    except (OSError, DatabaseError) as error:
        raise Refused(
            f"La base {_database()} ne s’ouvre pas ({str(error).strip()}). Vérifiez VIGIE_DATA ou "
            "VIGIE_DATABASE_URL, et les droits sur le dossier."
        ) from error


def _database() -> str:
    """Where the database is, without any password."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgresql://{values['HOST'] or 'localhost'}/{values['NAME']}"
