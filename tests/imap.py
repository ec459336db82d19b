"""A small IMAP server on loopback, over TLS: LOGIN, SELECT, UID SEARCH/FETCH/STORE, LOGOUT.

with ImapServer(context, [b"message", …]) as server: server.url("mot:passe") …
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

PASSWORD = "mot de passe"


@dataclass
class ImapServer:
    """`flags[n]` are those of message `n`. `commands` is what was asked, in order."""

    context: ssl.SSLContext
    messages: list[bytes]
    keywords: bool = True
    flags: dict[int, set[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> ImapServer:
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                owner._serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self) -> tuple[Any, Any]:
                connection, address = super().get_request()
                return owner.context.wrap_socket(connection, server_side=True), address

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that does not trust us hangs up in the handshake."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def url(self, ca: str, word: str = PASSWORD, folder: str = "INBOX") -> str:
        return f"imaps://lettre:{quote(word)}@127.0.0.1:{self.port}/{folder}?ca={quote(ca)}"

    def _serve(self, io: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            io.wfile.write(line.encode() + b"\r\n")

        say("* OK IMAP4rev1")
        while line := io.rfile.readline().decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            self.commands.append(command)
            verb = " ".join(
                command.upper().split()[: 2 if command.upper().startswith("UID") else 1]
            )
            good = self._answer(verb, command, say, io)
            say(f"{tag} {'OK' if good else 'NO'} {verb}")
            if verb == "LOGOUT":
                return

    def _answer(
        self, verb: str, command: str, say: Any, io: socketserver.StreamRequestHandler
    ) -> bool:
        if verb == "CAPABILITY":
            say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN":
            return PASSWORD in command
        elif verb == "SELECT":
            say("* FLAGS (\\Seen)")
            say("* OK [PERMANENTFLAGS (\\Seen" + (" \\*" if self.keywords else "") + ")]")
            return "INBOX" in command
        elif verb == "UID SEARCH":
            hidden = "$Vigie" if "$Vigie" in command else "\\Seen"
            numbers = [n for n in range(1, len(self.messages) + 1)
                       if hidden not in self.flags.get(n, set())]  # fmt: skip
            say("* SEARCH " + " ".join(map(str, numbers)))
        elif verb == "UID FETCH":
            number = int(command.split()[2])
            most = re.search(r"<0\.(\d+)>", command)
            body = self.messages[number - 1][: int(most[1]) if most else None]
            say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(body)}}}")
            io.wfile.write(body + b")\r\n")
        elif verb == "UID STORE":
            flags = self.flags.setdefault(int(command.split()[2]), set())
            flags.add(command.rpartition("(")[2].rstrip(")"))
        return True
