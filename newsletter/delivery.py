"""The sending: mailings, the ledger, claim, hand over, resume."""

from __future__ import annotations
