"""The sub-commands of the watch. Nothing but argparse is imported at the top of these modules."""

from __future__ import annotations
