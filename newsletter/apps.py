from __future__ import annotations

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Lettres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Gives `vigie setup` the shipped letters to load."""
        from veille import reference

        reference.register_loader(_letters)


def _letters() -> dict[str, int]:
    # Imported when it runs: every command would pay for the renderer otherwise.
    from newsletter.composing import ensure_series

    return ensure_series()
