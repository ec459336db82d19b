"""Named points where a test kills the process, to prove that the ledger survives it.

VIGIE_CRASH_AT=after-data:3 kills the process (SIGKILL, as the kernel would) the third time it
passes that point. Unset, a point costs one look-up.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

POINTS = (
    "in-freeze",  # audience half written
    "before-claim",
    "after-claim",  # lines taken, nothing offered
    "before-handed",  # recipient accepted by the relay, «handed» not committed
    "after-handed",  # «handed» committed, DATA not begun
    "after-data",  # final dot sent, answer not read
    "after-answer",  # answer read
    "before-recorded",  # answer about to be committed
    "mid-batch",  # between two messages
)
_passed: Counter[str] = Counter()


def pass_point(name: str) -> None:
    """Dies here when VIGIE_CRASH_AT asks for it."""
    wanted = os.environ.get("VIGIE_CRASH_AT")
    if not wanted:
        return
    point, _, nth = wanted.partition(":")
    if point == name:
        _passed[name] += 1
        if _passed[name] == int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)
