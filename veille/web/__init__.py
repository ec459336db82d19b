"""The pages of the watch; `kit` is what every package's pages share."""

from __future__ import annotations
