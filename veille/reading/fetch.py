"""One polite, bounded, SSRF-safe GET. The only module of the project that reads a foreign address.

Politeness (RFC 9110, and the norms feed publishers ask for): a stable User-Agent with an address,
conditional requests with the validators exactly as received, gzip, one request per call and
redirect. Safety: see addresses (whom) and wire (how much, how long).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError, SSLError
from urllib3.response import BaseHTTPResponse

from veille.reading import addresses, wire
from veille.reading.errors import FetchError
from veille.reading.failures import fetch_failure, http_failure
from veille.reading.inflate import Inflater
from veille.reading.types import Fetched, FetchPolicy, Redirect, SourceRef

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.6, */*;q=0.4"
)
_REDIRECTS = {301, 302, 303, 307, 308}
_WITH_BODY = {200, 203}


def get(
    ref: SourceRef, policy: FetchPolicy, *, resolve: addresses.Resolver = addresses.lookup
) -> Fetched:
    """One GET within `policy`; a 304 comes back without body, with the latest validators.

    Raises FetchError: `code` says the class, the text what to do; for an HTTP error (`http-404`…)
    `status` and `headers` stay, so that cadence can honour Retry-After.
    """
    start = time.monotonic()
    url = ref.url
    hops: list[Redirect] = []
    seen: set[str] = set()
    while True:
        route = _route(url, policy, start, resolve)
        if route.target.url in seen or len(hops) > policy.max_redirects:
            raise fetch_failure("redirect-loop", f"{len(hops)} renvois")
        seen.add(route.target.url)
        answer = _ask(route, _headers(ref, policy), policy)
        if answer.status not in _REDIRECTS:
            elapsed = round((time.monotonic() - start) * 1000)
            return _fetched(ref, answer, tuple(hops), elapsed)
        url = _location(answer)
        hops.append(Redirect(answer.status, url))


class _Received:
    """What one hop gave: the body of a 200 only, header names in lower case."""

    def __init__(self, url: str, status: int, headers: dict[str, str], body: bytes) -> None:
        self.url, self.status, self.headers, self.body = url, status, headers, body


def _route(url: str, policy: FetchPolicy, start: float, resolve: addresses.Resolver) -> wire.Route:
    target = addresses.target(url)
    left = start + policy.total_seconds - time.monotonic()
    found = addresses.permitted(target, policy.allow, min(left, policy.connect_seconds), resolve)
    return wire.Route(
        target,
        found,
        deadline=start + policy.total_seconds,
        total_seconds=policy.total_seconds,
        connect_seconds=policy.connect_seconds,
        max_header_bytes=policy.max_header_bytes,
        max_wire_bytes=policy.max_bytes + policy.max_header_bytes + policy.max_bytes // 8,
        ca_file=policy.ca_file,
    )


def _headers(ref: SourceRef, policy: FetchPolicy) -> dict[str, str]:
    headers = {
        "User-Agent": policy.user_agent,
        "Accept": ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    if ref.etag:
        headers["If-None-Match"] = ref.etag
    if ref.last_modified:
        headers["If-Modified-Since"] = ref.last_modified
    return headers


def _ask(route: wire.Route, headers: dict[str, str], policy: FetchPolicy) -> _Received:
    """One hop. The body is read only for a success; whatever happens the socket is closed."""
    adapter = wire.PinnedAdapter(route)
    try:
        prepared = requests.Request("GET", route.target.url, headers=headers).prepare()
        response = adapter.ask(prepared)
        raw: BaseHTTPResponse = response.raw
        try:
            received = _lower(raw.headers)
            body = b""
            if response.status_code in _WITH_BODY:
                body = _body(raw, received, policy.max_bytes)
            return _Received(route.target.url, response.status_code, received, body)
        finally:
            raw.close()
    except FetchError:
        raise
    except (requests.exceptions.SSLError, SSLError) as error:
        raise fetch_failure("tls", _tls_words(error)) from error
    except requests.exceptions.Timeout:
        raise fetch_failure("timeout", f"{policy.total_seconds:g}") from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
        raise fetch_failure("bad-url", "forme") from error
    except (requests.exceptions.RequestException, HTTPError, OSError) as error:
        raise _broken(error) from error
    finally:
        adapter.close()


def _body(raw: BaseHTTPResponse, headers: Mapping[str, str], limit: int) -> bytes:
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        raise fetch_failure("too-big", wire.megabytes(limit))
    inflater = Inflater(headers.get("content-encoding", ""), limit)
    for block in raw.stream(wire.BLOCK, decode_content=False):
        inflater.feed(block)
    return inflater.result()


def _broken(error: Exception) -> FetchError:
    """The connection broke: before an answer, or in the middle of one."""
    words = repr(error)
    if "IncompleteRead" in words or "InvalidChunkLength" in words or "prematurely" in words:
        return fetch_failure("incomplete")
    if "BadStatusLine" in words or "headers" in words or "LineTooLong" in words:
        return fetch_failure("bad-answer", "ce n’est pas du HTTP lisible")
    return fetch_failure("connection", "connexion coupée")


def _tls_words(error: Exception) -> str:
    words = repr(error).lower()
    for sign, sentence in (
        ("expired", "certificat expiré"),
        ("self-signed", "certificat signé par le site lui-même"),
        ("self signed", "certificat signé par le site lui-même"),
        ("hostname mismatch", "certificat d’un autre site"),
        ("ip address mismatch", "certificat d’un autre site"),
        ("unable to get local issuer", "autorité de certification inconnue"),
        ("wrong_version", "version de TLS trop ancienne ou absente"),
        ("unsupported_protocol", "version de TLS trop ancienne ou absente"),
        ("protocol_version", "version de TLS trop ancienne ou absente"),
    ):
        if sign in words:
            return sentence
    return "échec de la négociation"


def _location(answer: _Received) -> str:
    """Where a redirect leads, absolute. Servers write raw UTF-8 there."""
    value = answer.headers.get("location", "").strip()
    if not value:
        raise fetch_failure(
            "bad-answer", "renvoi sans adresse", status=answer.status, headers=answer.headers
        )
    with contextlib.suppress(UnicodeError):  # truly latin-1, or already text: kept as received
        value = value.encode("latin-1").decode("utf-8")
    try:
        return urljoin(answer.url, value.replace(" ", "%20")).partition("#")[0]
    except ValueError:
        raise fetch_failure("bad-url", "renvoi illisible") from None


def _fetched(
    ref: SourceRef, answer: _Received, hops: tuple[Redirect, ...], elapsed: int
) -> Fetched:
    headers = answer.headers
    if answer.status == 304 and (ref.etag or ref.last_modified):
        etag = _validator(headers.get("etag", ref.etag))
        modified = _validator(headers.get("last-modified", ref.last_modified))
        return Fetched(answer.url, 304, headers, b"", etag, modified, hops, elapsed)
    if answer.status in _WITH_BODY:
        etag = _validator(headers.get("etag", ""))
        modified = _validator(headers.get("last-modified", ""))
        return Fetched(answer.url, 200, headers, answer.body, etag, modified, hops, elapsed)
    if answer.status >= 400:
        raise http_failure(answer.status, headers)
    raise fetch_failure(
        "bad-answer", f"code {answer.status}", status=answer.status, headers=headers
    )


def _validator(value: str) -> str:
    """As received; one that could not be sent back (folded, control characters) is forgotten."""
    return "" if any(ord(sign) < 32 or ord(sign) == 127 for sign in value) else value


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
