"""The lengths in front of what goes to the parser's child and of what comes back."""

from __future__ import annotations

import struct

HEAD = struct.Struct("!II")  # head (JSON), body
REPLY = struct.Struct("!I")  # answer (JSON)
