"""Who works here: accounts, roles, signing in, the audit trail."""

from __future__ import annotations
