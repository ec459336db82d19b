"""A real SMTP server on loopback that puts each mail in a Maildir: `mailbox_server.py FOLDER`.

Prints its port, ends when its standard input closes (so that it cannot outlive the demonstration).
"""

from __future__ import annotations

import asyncio
import mailbox
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session


class Box:
    """aiosmtpd's handler: stores, then says 250."""

    def __init__(self, folder: str) -> None:
        self.box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called once the whole mail has arrived; the answer goes out after it is stored."""
        content = envelope.content
        self.box.add(content if isinstance(content, bytes) else (content or "").encode())
        return "250 stored"


async def main(folder: str) -> None:
    """Serves until standard input closes."""
    loop = asyncio.get_running_loop()
    box = Box(folder)
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
