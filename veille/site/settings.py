"""The one reader of the environment. No development/production split: what differs is a variable.

What staff change (identity of the centre, letters, sources) lives in the database and takes
effect at once; what stands here needs a restart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from veille.site.env import envbool, envint, envlist, envstr
from veille.site.paths import secret_key, shipped_templates

DATA = Path(envstr("VIGIE_DATA", "./var", "Dossier des données : base, médias, modèles du centre."))
DATA = DATA.expanduser().resolve()
SECRET_KEY = envstr(
    "VIGIE_SECRET_KEY", "", "Clé des jetons et des sessions ; créée dans VIGIE_DATA si absente."
) or secret_key(DATA)
PUBLIC_URL = envstr(
    "VIGIE_PUBLIC_URL", "http://127.0.0.1:8000", "Adresse publique du service, sans barre finale."
).rstrip("/")
CONTACT = envstr("VIGIE_CONTACT", "", "Adresse de contact montrée aux sites relevés (User-Agent).")
SMTP_URL = envstr(
    "VIGIE_SMTP_URL", "", "Relais d’envoi : smtp://utilisateur:motdepasse@hote:587?starttls=1."
)
BOUNCES_URL = envstr(
    "VIGIE_BOUNCES_URL", "", "Boîte des retours : imaps://utilisateur:motdepasse@hote/INBOX."
)
WEBHOOK_SECRETS = envlist(
    "VIGIE_WEBHOOK_SECRETS", "", "Secrets des adresses /crochets : le nouveau, puis l’ancien."
)
MAILCHIMP_SIGNING_SECRETS = envlist(
    "VIGIE_MAILCHIMP_SIGNING_SECRETS", "", "Secrets de signature que Mailchimp a donnés."
)
ENGINE = envstr("VIGIE_ENGINE", "embedded", "Moteur des travaux planifiés : embedded.")
FETCH_ALLOW = envlist(
    "VIGIE_FETCH_ALLOW", "", "Hôtes ou réseaux privés que le relevé peut joindre, tous ports."
)
WEB_THREADS = envint("VIGIE_WEB_THREADS", 8, "Fils du serveur web.")
DEBUG = envbool("VIGIE_DEBUG", False, "Pages d’erreur détaillées ; jamais sur un service public.")

_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"VIGIE_PUBLIC_URL={PUBLIC_URL!r} n’est pas une adresse : écrivez https://veille.exemple.fr"
    )
if ENGINE not in {"embedded"}:
    raise ImproperlyConfigured(f"VIGIE_ENGINE={ENGINE!r} est inconnu : écrivez embedded.")
_local = {"127.0.0.1", "localhost", "::1"}
if DEBUG and _public.hostname not in _local:
    raise ImproperlyConfigured("VIGIE_DEBUG=1 avec une adresse publique : retirez l’un des deux.")
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname, *sorted(_local)]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "veille.staff",
    "veille",
    "newsletter",
    "schedules",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "veille.site.middleware.SecurityHeaders",
    "veille.site.middleware.ChosenLanguage",
    "veille.site.middleware.PlainErrors",
]
ROOT_URLCONF = "veille.site.urls"
WSGI_APPLICATION = "veille.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [DATA / "templates", shipped_templates()],
        "OPTIONS": {
            "environment": "veille.site.jinja.environment",
            "autoescape": True,
            "context_processors": ["veille.site.jinja.frame"],
        },
    },
]

_url = envstr(
    "VIGIE_DATABASE_URL", f"sqlite:///{DATA}/vigie.sqlite3", "Base de données ; SQLite par défaut."
)
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(_url, conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a read-then-write in a deferred transaction fails at once under a second writer
    # (SQLITE_BUSY_SNAPSHOT), whatever the timeout. FULL: an acknowledged write survives power loss.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
elif DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("VIGIE_DATABASE_URL : écrivez sqlite:///… ou postgresql://…")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "staff:sign-in"
LOGIN_REDIRECT_URL = "veille:today"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [shipped_templates() / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 31536000  # addresses carry a hash of the content: see veille.site.jinja.static
MEDIA_ROOT = DATA / "media"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-vigie" if HTTPS else "vigie"
CSRF_COOKIE_NAME = "__Host-vigie-csrf" if HTTPS else "vigie-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "veille.site.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send `Origin: null` with our own forms and CSRF refuses them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": envstr("VIGIE_LOG_LEVEL", "WARNING", "Niveau du journal : INFO, WARNING…").upper(),
    },
}
