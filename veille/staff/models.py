"""Accounts and the append-only audit trail."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from veille.staff.roles import ROLES


class UserManager(BaseUserManager["User"]):
    """Accounts are known by address; addresses are stored in lower case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(
        self, email: str, role: str, password: str | None = None, name: str = ""
    ) -> User:
        """A new account; without a password it can only enter by its one-time link."""
        user = self.model(email=email.strip().lower(), role=role, name=name)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person of the centre."""

    email = models.EmailField("courriel", max_length=254, unique=True)  # always lower case
    name = models.CharField("nom", max_length=120, blank=True)
    role = models.CharField("rôle", max_length=20, choices=list(ROLES.items()), default="lecture")
    language = models.CharField(
        "langue", max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    is_active = models.BooleanField("actif", default=True)
    created = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class AuditEntry(models.Model):
    """One act of one person (or of the clock). Never updated, never deleted by the service."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=254)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject}"
