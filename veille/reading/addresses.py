"""Which machine an address may lead to.

Rule (threats: server-side request forgery, DNS rebinding): http or https, ports 80 and 443, no
userinfo; the name is resolved once and *every* answer must be public; the caller connects to one of
these answers and to nothing else. A host or network of `allow` may be private and use any port.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import idna
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from veille.reading.failures import fetch_failure

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
Resolver = Callable[[str, int, float], Sequence[str]]  # host, port, seconds → addresses
PORTS = {"http": 80, "https": 443}
MAX_URL = 2000  # characters; what a Source stores

# What `ipaddress.is_global` lets through on some Python, or leads on to somewhere else.
_DENIED = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
        "2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\.?$")  # a host that ends in a number is an IPv4


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: what to ask, and whom."""

    url: str  # ASCII, without fragment
    scheme: str
    host: str  # ASCII, lower case, without brackets
    port: int


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, by our own list and `ipaddress`."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return False
    return address.is_global and not any(address in network for network in _DENIED)


def target(url: str) -> Target:
    """The parts of `url`; FetchError `bad-url` for anything that is no plain web address."""
    if len(url) > MAX_URL or _FORBIDDEN.search(url):
        raise fetch_failure("bad-url", "caractère interdit ou adresse trop longue")
    try:
        parts = parse_url(_ascii_host(url))
    except (LocationParseError, idna.IDNAError, UnicodeError, ValueError):
        raise fetch_failure("bad-url", "forme") from None
    if parts.scheme not in PORTS:
        raise fetch_failure("bad-url", f"protocole {parts.scheme or 'absent'}"[:40])
    if parts.auth is not None or "@" in _authority(url):
        raise fetch_failure("bad-url", "identifiant dans l’adresse")
    host = (parts.host or "").strip("[]").rstrip(".").lower()
    if not host or "%" in host or len(host) > 253 or max(map(len, host.split("."))) > 63:
        raise fetch_failure("bad-url", "nom du site")
    if _NUMBER.search(host.rpartition(".")[2]) and not _literal(host):
        raise fetch_failure("bad-url", "adresse IP mal écrite")
    port = parts.port if parts.port is not None else PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    if port != PORTS[parts.scheme]:
        shown = f"{shown}:{port}"
    path = f"{parts.path or '/'}" + (f"?{parts.query}" if parts.query is not None else "")
    return Target(f"{parts.scheme}://{shown}{path}", parts.scheme, host, port)


def _authority(url: str) -> str:
    """What stands between «//» and the path."""
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]


def _ascii_host(url: str) -> str:
    """IDNA for the host (UTS 46, as browsers do); the rest as it is."""
    host = _authority(url)
    if host.isascii() or "@" in host:
        return url
    scheme, separator, rest = url.partition("://")
    name, colon, port = host.partition(":")
    ascii_name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
    return f"{scheme}{separator}{ascii_name}{colon}{port}{rest[len(host) :]}"


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def lookup(host: str, port: int, seconds: float) -> list[str]:
    """The system's answers for `host`. getaddrinfo cannot be stopped, so it is left behind in a
    thread of its own when it takes longer than `seconds`; FetchError `dns`."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(info[4][0]) for info in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name=f"dns {host}").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise fetch_failure("dns", host) from None
    if not isinstance(answer, list) or not answer:
        raise fetch_failure("dns", host)
    return answer


def permitted(
    where: Target, allow: Iterable[str], seconds: float, resolve: Resolver = lookup
) -> tuple[str, ...]:
    """The addresses that may be dialled for `where`, in the resolver's order, each once.

    FetchError `dns`, `private-address` or `bad-port`. Resolves once: what is checked here is what
    is dialled.
    """
    hosts, networks = _split_allow(allow)
    found = [where.host] if _literal(where.host) else resolve(where.host, where.port, seconds)
    exempt = [where.host in hosts or _inside(address, networks) for address in found]
    for address, free in zip(found, exempt, strict=True):
        if not free and not is_public(address):
            raise fetch_failure("private-address", address)
    if where.port not in PORTS.values() and not all(exempt):
        raise fetch_failure("bad-port", where.port)
    return tuple(dict.fromkeys(found))


def _inside(address: str, networks: Networks) -> bool:
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in networks)


def _split_allow(allow: Iterable[str]) -> tuple[set[str], Networks]:
    hosts: set[str] = set()
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for entry in allow:
        try:
            networks.append(ipaddress.ip_network(entry.strip(), strict=False))
        except ValueError:
            hosts.add(entry.strip().rstrip(".").lower())
    return hosts, networks
