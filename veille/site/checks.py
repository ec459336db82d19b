"""System checks `veille.E001`…: each hint says what to type."""

from __future__ import annotations

import os
from typing import Any

import mjml
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register
def mjml_is_ours(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """PyPI `mjml` and `mjml-python` both install a package `mjml`; the other one breaks letters."""
    if callable(getattr(mjml, "mjml2html", None)):
        return []
    return [
        Error(
            "Le moteur MJML installé n’est pas le bon.",
            hint="pip uninstall mjml && pip install --force-reinstall mjml-python",
            id="veille.E001",
        )
    ]


@register
def data_is_writable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The data directory must belong to whoever runs the service."""
    data = settings.DATA
    if not data.exists() or os.access(data, os.W_OK):
        return []
    return [
        Error(
            f"{data} n’est pas accessible en écriture.",
            hint=f"chown -R $(id -un) {data}",
            id="veille.E002",
        )
    ]


@register(deploy=True)
def public_url_is_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One-click unsubscribe (RFC 8058) needs an HTTPS address."""
    if settings.HTTPS:
        return []
    return [
        Warning(
            "VIGIE_PUBLIC_URL n’est pas en https : le désabonnement en un clic sera refusé.",
            hint="VIGIE_PUBLIC_URL=https://veille.exemple.fr",
            id="veille.W001",
        )
    ]
