"""The connection under fetch: pinned to a checked address, bounded in time and in bytes.

requests and urllib3 speak HTTP and TLS; what they leave open is closed here. The socket goes only
to an address of the route and the peer is compared afterwards; each receive gets what is left of
the total time, so a server that drips ends like a silent one; the bytes of the header block and of
the whole answer are counted as they arrive.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, cast

import certifi
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from veille.reading.addresses import Target
from veille.reading.failures import fetch_failure

# urllib3 logs each odd header of each foreign site; that is their affair, not our operator's.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

BLOCK = 16 * 1024  # bytes read at once
MAX_TRIES = 4  # addresses tried for one name


@dataclass(slots=True)
class Route:
    """Where one hop may go and what it may cost."""

    target: Target
    addresses: Sequence[str]  # checked; nothing else is dialled
    deadline: float  # on the monotonic clock, for all the hops together
    total_seconds: float  # only to say it
    connect_seconds: float
    max_header_bytes: int
    max_wire_bytes: int
    ca_file: str = ""

    def left(self) -> float:
        """Seconds left; FetchError `timeout` when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise fetch_failure("timeout", f"{self.total_seconds:g}")
        return seconds

    def dial(self) -> socket.socket:
        """A TCP connection to the first address that answers; FetchError otherwise."""
        failure = fetch_failure("connection", self.target.host)
        for address in self.addresses[:MAX_TRIES]:
            patience = min(self.connect_seconds, self.left())
            try:
                made = socket.create_connection((address, self.target.port), patience)
            except TimeoutError:
                failure = fetch_failure("timeout", f"{patience:.0f}")
                continue
            except OSError as error:
                failure = fetch_failure("connection", error.strerror or "réseau")
                continue
            if made.getpeername()[0] != address:  # no proxy, no redirected socket
                made.close()
                raise fetch_failure("private-address", "connexion détournée")
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.settimeout(min(self.connect_seconds, self.left()))  # for the TLS handshake
            return made
        raise failure


class _CountedSocket(io.RawIOBase):
    """Reads a socket within the route's deadline, counting what arrives."""

    def __init__(self, sock: socket.socket, route: Route) -> None:
        self._socket = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._route = route
        self._received = 0
        self._in_headers = True

    def headers_are_over(self) -> None:
        self._in_headers = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._route.left())
        try:
            size: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            raise fetch_failure("timeout", f"{self._route.total_seconds:g}") from None
        self._received += size or 0
        if self._in_headers and self._received > self._route.max_header_bytes + BLOCK:
            raise fetch_failure("bad-answer", "en-têtes trop longs")
        if self._received > self._route.max_wire_bytes:
            raise fetch_failure("too-big", megabytes(self._route.max_wire_bytes))
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """http.client's answer, reading through a _CountedSocket."""

    def __init__(self, route: Route, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self._counted = _CountedSocket(sock, route)
        self.fp = io.BufferedReader(self._counted, BLOCK)

    def begin(self) -> None:
        super().begin()
        self._counted.headers_are_over()


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, route: Route, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.route = route
        cast(Any, self).response_class = partial(_Answer, route)

    def _new_conn(self) -> socket.socket:
        return self.route.dial()


class _Secure(HTTPSConnection):
    """The host name stays the one asked for: SNI, Host and certificate check follow from it."""

    def __init__(self, *args: Any, route: Route, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.route = route
        cast(Any, self).response_class = partial(_Answer, route)

    def _new_conn(self) -> socket.socket:
        return self.route.dial()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls: Any = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls: Any = _Secure


class PinnedAdapter(HTTPAdapter):
    """A requests adapter for one hop. Used without a Session: no cookies, no environment proxies or
    CA bundle, and no redirect whose body would be read behind our back."""

    def __init__(self, route: Route) -> None:
        self._route = route
        host, port = route.target.host, route.target.port
        self._pool: HTTPConnectionPool
        if route.target.scheme == "https":
            context = trust(route.ca_file)
            self._pool = _SecurePool(host, port, route=route, ssl_context=context)
        else:
            self._pool = _PlainPool(host, port, route=route)
        super().__init__()

    def ask(self, prepared: PreparedRequest) -> Response:
        """Sends; the body of the response is left on the wire."""
        patience = (self._route.connect_seconds, self._route.left())
        return self.send(prepared, stream=True, timeout=patience, verify=True)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        return self._pool

    def cert_verify(self, conn: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing to add: the context of `trust` already requires a certificate."""

    def close(self) -> None:
        self._pool.close()
        super().close()


@cache
def trust(ca_file: str) -> ssl.SSLContext:
    """A verifying context with the public authorities, and those of `ca_file` when given."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.check_hostname = True
    context.load_verify_locations(certifi.where())
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def megabytes(size: int) -> str:
    """«10», «0,5»."""
    return f"{size / 1024 / 1024:.2g}".replace(".", ",")
