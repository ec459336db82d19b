"""The Django project: settings, addresses, middleware, checks, health."""

from __future__ import annotations
