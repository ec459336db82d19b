"""A real SMTP server on loopback that remembers what it accepted: the oracle of the sending tests.

with Mailbox() as mailbox:
    mailbox.answers["absent@exemple.fr"] = "550 5.1.1 unknown"      # at RCPT
    mailbox.answers["lost@exemple.fr"] = "accept then close"        # after the final dot
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CLOSE = "accept then close"
HANG_UP = "close at DATA"


@dataclass
class Mailbox:
    """`received` is what was accepted, in order; `sessions` counts connections."""

    tls: ssl.SSLContext | None = None  # offers STARTTLS, and demands it
    implicit: ssl.SSLContext | None = None  # TLS from the first byte
    password: str = ""
    answers: dict[str, str] = field(default_factory=dict)  # per recipient, at RCPT
    mail_answer: str = ""
    data_answers: dict[str, str] = field(default_factory=dict)  # per recipient, after the dot
    delay: float = 0.0  # seconds before each final answer
    received: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    sessions: int = 0

    def __enter__(self) -> Mailbox:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._protocols: list[SMTP] = []
        ready = threading.Event()

        async def serve() -> None:
            self._server = await self._loop.create_server(
                self._protocol, sock=self._socket, ssl=self.implicit
            )
            ready.set()

        def run() -> None:
            self._loop.create_task(serve())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *details: object) -> None:
        async def stop() -> None:
            self._server.close()
            for protocol in self._protocols:
                if protocol.transport is not None:
                    protocol.transport.abort()
            await asyncio.sleep(0)
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.sessions += 1
        secured = self.tls or self.implicit
        extra: dict[str, Any] = (
            {"authenticator": self._authenticate, "auth_required": True,
             "auth_require_tls": secured is not None and self.implicit is None}
            if self.password
            else {}
        )  # fmt: skip
        protocol = SMTP(
            self, loop=self._loop, tls_context=self.tls, require_starttls=self.tls is not None,
            hostname="relais.exemple", timeout=60, **extra,
        )  # fmt: skip
        self._protocols.append(protocol)
        return protocol

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def counts(self) -> Counter[str]:
        """How many times each address got something."""
        return Counter(recipient for recipient, _ in self.received)

    def messages(self, recipient: str) -> list[EmailMessage]:
        return [
            cast("EmailMessage", email.message_from_bytes(data, policy=email.policy.default))
            for to, data in self.received
            if to == recipient
        ]

    def wait_for(self, count: int, seconds: float = 20) -> None:
        """Until `count` messages are in; the test's own timeout is the real limit."""
        end = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < end:
            time.sleep(0.01)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        return AuthResult(success=data.password.decode() == self.password, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append("MAIL")
        if self.mail_answer:
            return self.mail_answer
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append("RCPT")
        answer = self.answers.get(address, "250 ok")
        if answer == HANG_UP:
            server.transport.abort()
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer if answer[0].isdigit() else "250 ok"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.commands.append("RSET")
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        answer = self.data_answers.get(to, "250 ok")
        if answer.startswith("2") or answer == CLOSE:
            self.received.append((to, bytes(envelope.content or b"")))
        if self.delay:
            await asyncio.sleep(self.delay)
        if answer == CLOSE:
            server.transport.abort()
            return "250 ok"
        return answer
