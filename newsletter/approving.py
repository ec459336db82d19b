"""The workflow: submit, approve, return; bound to the hash."""

from __future__ import annotations
