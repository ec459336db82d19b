"""A polite GET: what it sends, what it keeps, how it says what went wrong."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.web import Answer, Request, Web, serving
from veille.reading import fetch
from veille.reading.errors import FetchError
from veille.reading.types import FetchPolicy, Redirect, SourceRef

POLICY = FetchPolicy("Vigie/1 (+https://centre.example)", allow=("127.0.0.0/8",), total_seconds=5)
BODY = b"<rss><channel><title>Quartiers</title></channel></rss>"


def get(web: Web, path: str = "/feed.xml", etag: str = "", modified: str = "") -> fetch.Fetched:
    return fetch.get(SourceRef(web.url(path), etag, modified), POLICY)


def failure(web: Web, path: str = "/feed.xml") -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(web, path)
    assert str(caught.value)[-1] in ".)", "a sentence"
    assert "{" not in str(caught.value)
    return caught.value


def test_a_feed_is_asked_politely(web: Web) -> None:
    web.add("/feed.xml", BODY, headers={"ETag": '"v1"', "X-Two": "a"})
    got = get(web)
    assert (got.status, got.body, got.etag, got.url) == (200, BODY, '"v1"', web.url("/feed.xml"))
    assert got.headers["x-two"] == "a"
    (asked,) = web.requests
    assert asked.headers["user-agent"] == "Vigie/1 (+https://centre.example)"
    assert asked.headers["accept-encoding"] == "gzip"
    assert "application/rss+xml" in asked.headers["accept"]
    assert asked.headers["host"] == web.host
    assert not {"cookie", "referer", "if-none-match", "if-modified-since"} & set(asked.headers)


def test_validators_go_back_byte_for_byte(web: Web) -> None:
    """Quotes, W/, odd characters and trailing spaces are the server's business (RFC 9110 8.8)."""
    etag, modified = 'W/"é\xa0÷ :x"', "hier vers 9 h  "
    web.add("/feed.xml", BODY, headers={"ETag": etag, "Last-Modified": modified})
    first = get(web)
    assert (first.etag, first.last_modified) == (etag, modified)
    get(web, etag=first.etag, modified=first.last_modified)
    again = web.requests[-1].headers
    assert (again["if-none-match"], again["if-modified-since"]) == (etag, modified)


def test_a_304_has_no_body_and_brings_the_latest_validators(web: Web) -> None:
    web.add("/feed.xml", status=304, headers={"ETag": '"v2"'})
    got = get(web, etag='"v1"', modified="Mon, 23 Nov 2026 08:00:00 GMT")
    assert got.not_modified
    assert (got.body, got.etag) == (b"", '"v2"')
    assert got.last_modified == "Mon, 23 Nov 2026 08:00:00 GMT"


def test_a_304_nobody_asked_for_is_an_error(web: Web) -> None:
    web.add("/feed.xml", status=304)
    assert failure(web).code == "bad-answer"


def test_a_200_without_validators_forgets_the_old_ones(web: Web) -> None:
    web.add("/feed.xml", BODY)
    assert get(web, etag='"v1"', modified="x").etag == ""


def test_a_validator_that_cannot_be_sent_back_is_forgotten(web: Web) -> None:
    web.raw("/feed.xml", lambda s: s.sendall(b'HTTP/1.1 200 OK\r\nETag: "\x01"\r\n\r\nx'))
    assert get(web).etag == ""


def test_redirects_are_followed_by_hand_and_kept(web: Web) -> None:
    web.add("/old", status=301, headers={"Location": "/fil d'actu?a=1#top"})
    web.add("/fil%20d'actu", status=302, headers={"Location": "feed.xml"})
    web.add("/feed.xml", BODY)
    got = get(web, "/old", etag='"v1"')
    assert got.redirects == (
        Redirect(301, web.url("/fil%20d'actu?a=1")),
        Redirect(302, web.url("/feed.xml")),
    )
    assert got.url == web.url("/feed.xml")
    assert web.requests[-1].headers["if-none-match"] == '"v1"'


def test_a_redirect_in_raw_utf8_is_understood(web: Web) -> None:
    web.raw(
        "/old",
        lambda s: s.sendall("HTTP/1.1 301 X\r\nLocation: /été\r\n\r\n".encode()),
    )
    web.add("/%C3%A9t%C3%A9", BODY)
    assert get(web, "/old").body == BODY


def test_redirects_end(web: Web) -> None:
    web.add("/a", status=302, headers={"Location": "/b"})
    web.add("/b", status=302, headers={"Location": "/a"})
    assert failure(web, "/a").code == "redirect-loop"
    assert len(web.requests) == 2
    for step in range(10):
        web.add(f"/{step}", status=302, headers={"Location": f"/{step + 1}"})
    web.requests.clear()
    assert failure(web, "/0").code == "redirect-loop"
    assert len(web.requests) == 1 + POLICY.max_redirects


def test_a_redirect_to_nowhere_is_said(web: Web) -> None:
    web.add("/feed.xml", status=302)
    assert failure(web).code == "bad-answer"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 500, 503])
def test_an_http_error_keeps_its_status_and_headers(web: Web, status: int) -> None:
    web.add("/feed.xml", "<h1>no</h1>", status=status, headers={"Retry-After": "7200"})
    error = failure(web)
    assert (error.code, error.status) == (f"http-{status}", status)
    assert error.headers["retry-after"] == "7200"


@pytest.mark.parametrize("status", [201, 204, 206])
def test_another_success_is_not_a_feed(web: Web, status: int) -> None:
    web.raw("/feed.xml", lambda s: s.sendall(b"HTTP/1.1 %d X\r\n\r\n" % status))
    assert failure(web).code == "bad-answer"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("x-gzip", gzip.compress(BODY[:9], mtime=0) + gzip.compress(BODY[9:], mtime=0)),
        ("gzip", gzip.compress(BODY, mtime=0) + b"\0" * 40),
        ("gzip", BODY),  # announced, not done
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("identity", BODY),
        ("GZIP", gzip.compress(BODY, mtime=0)),
    ],
)
def test_compression_is_undone(web: Web, encoding: str, packed: bytes) -> None:
    web.add("/feed.xml", packed, headers={"Content-Encoding": encoding})
    assert get(web).body == BODY


@pytest.mark.parametrize(
    ("encoding", "packed", "code"),
    [
        ("br", BODY, "bad-answer"),
        ("gzip, gzip", BODY, "bad-answer"),
        ("gzip", gzip.compress(BODY, mtime=0)[:-12], "incomplete"),
        ("gzip", gzip.compress(BODY, mtime=0)[:10] + b"\x07\xff", "bad-answer"),
    ],
)
def test_compression_that_fails_is_said(web: Web, encoding: str, packed: bytes, code: str) -> None:
    web.add("/feed.xml", packed, headers={"Content-Encoding": encoding})
    assert failure(web).code == code


def test_a_body_in_chunks_is_read(web: Web) -> None:
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (BODY[:20], BODY[20:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.raw("/feed.xml", lambda s: s.sendall(head + chunked))
    assert get(web).body == BODY


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"", "connection"),
        (b"SSH-2.0-OpenSSH\r\n", "bad-answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", "incomplete"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "incomplete"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", "incomplete"),
        (b"HTTP/1.1 999999 OK\r\n\r\n", "bad-answer"),
    ],
)
def test_a_broken_answer_has_its_code(web: Web, wire: bytes, code: str) -> None:
    web.raw("/feed.xml", lambda s: s.sendall(wire))
    assert failure(web).code == code


def test_a_closed_port_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(f"http://127.0.0.1:{port}/"), POLICY)
    assert caught.value.code == "connection"


def test_nothing_is_kept_between_two_reads(web: Web) -> None:
    web.add("/feed.xml", BODY, headers={"Set-Cookie": "track=1"})
    get(web)
    get(web)
    assert "cookie" not in web.requests[-1].headers
    assert web.connections == 2


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> FetchPolicy:
    """A policy that knows the tests' authority; the name «site.example» may be on loopback."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return FetchPolicy("tests/1", allow=("127.0.0.0/8",), total_seconds=5, ca_file=str(path))


def secure(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def secure_web(authority: trustme.CA) -> Iterator[Web]:
    context = secure(authority, "site.example")
    with serving(context) as running:
        yield running


def at_loopback(host: str, port: int, seconds: float) -> list[str]:
    return ["127.0.0.1"]


def test_the_pinned_connection_still_checks_the_name(
    secure_web: Web, trusting: FetchPolicy, authority: trustme.CA
) -> None:
    """SNI, Host and certificate are those of the name, though the socket goes to an address."""
    secure_web.add("/feed.xml", BODY)
    url = f"https://site.example:{secure_web.port}/feed.xml"
    assert fetch.get(SourceRef(url), trusting, resolve=at_loopback).body == BODY
    assert secure_web.requests[0].headers["host"] == f"site.example:{secure_web.port}"
    other = SourceRef(f"https://other.example:{secure_web.port}/feed.xml")
    with pytest.raises(FetchError, match="certificat d’un autre site") as caught:
        fetch.get(other, trusting, resolve=at_loopback)
    assert caught.value.code == "tls"


def test_the_name_asked_for_is_sent_in_the_handshake(
    trusting: FetchPolicy, authority: trustme.CA
) -> None:
    context, names = secure(authority, "site.example"), list[str | None]()
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    with serving(context) as running:
        running.add("/", BODY)
        fetch.get(SourceRef(f"https://site.example:{running.port}/"), trusting, resolve=at_loopback)
    assert names == ["site.example"]


def test_an_unknown_authority_is_refused(secure_web: Web) -> None:
    url = f"https://site.example:{secure_web.port}/"
    with pytest.raises(FetchError, match="autorité de certification inconnue") as caught:
        fetch.get(SourceRef(url), POLICY, resolve=at_loopback)
    assert caught.value.code == "tls"
    assert secure_web.requests == []


def test_tls_on_a_port_that_speaks_plainly_is_said(web: Web) -> None:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(f"https://{web.host}/"), POLICY)
    assert caught.value.code == "tls"


def test_an_old_tls_is_refused(trusting: FetchPolicy, authority: trustme.CA) -> None:
    context = secure(authority, "site.example")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with serving(context) as running, pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(f"https://site.example:{running.port}/"), trusting, resolve=at_loopback)
    assert caught.value.code == "tls"


def test_a_secure_page_may_lead_to_a_plain_one_since_nothing_secret_is_sent(
    secure_web: Web, web: Web, trusting: FetchPolicy
) -> None:
    secure_web.add("/", status=302, headers={"Location": web.url("/feed.xml")})

    @web.handle("/feed.xml")
    def feed(request: Request) -> Answer:
        assert not {"authorization", "cookie", "referer"} & set(request.headers)
        return Answer(BODY)

    url = f"https://site.example:{secure_web.port}/"
    assert fetch.get(SourceRef(url), trusting, resolve=at_loopback).body == BODY
