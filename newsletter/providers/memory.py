"""A relay that keeps messages in memory: for tests and for people who write providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from newsletter.providers import Answer, Capabilities, Outgoing

Script = Callable[[Outgoing], Answer]


class MemoryRelay:
    """`sent` holds what was accepted, over all instances; `script` may answer otherwise."""

    name = "memory"
    label = "Mémoire (tests)"
    capabilities = Capabilities(per_recipient=True)
    sent: ClassVar[list[Outgoing]] = []
    script: ClassVar[Script | None] = None

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)

    @classmethod
    def clear(cls) -> None:
        """Forgets everything."""
        cls.sent.clear()
        cls.script = None

    def __enter__(self) -> MemoryRelay:
        return self

    def __exit__(self, *details: object) -> None:
        """Nothing is kept open."""

    def carry(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """Accepts, or answers what `script` says: before DATA for refused, deferred, broken."""
        script = type(self).script
        answer = script(message) if script else Answer("accepted", 250, "ok")
        if answer.state in {"accepted", "in_doubt"}:
            before_data()
        if answer.state == "accepted":
            self.sent.append(message)
        return answer

    def check(self) -> Sequence[str]:
        """Always works."""
        return []
