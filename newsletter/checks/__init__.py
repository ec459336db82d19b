"""Seam 4: pre-flight. One module a family; each check is a function that yields findings.

A check is pure: the letter, its parsed HTML and the context in, findings out. `CHECKS` names
them all; an error blocks sending, a warning asks for a reason that is kept.
"""

from __future__ import annotations
