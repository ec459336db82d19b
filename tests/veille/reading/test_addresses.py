"""Nothing private is ever reached, however it is spelled."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.web import Answer, Request, Web
from veille.reading import addresses, fetch, wire
from veille.reading.errors import FetchError
from veille.reading.types import FetchPolicy, SourceRef

PUBLIC = "93.184.216.34"
OTHER = "2606:2800:220:1:248:1893:25c8:1946"
STRICT = FetchPolicy("tests/1", total_seconds=5)
OPEN = FetchPolicy("tests/1", allow=("127.0.0.0/8",), total_seconds=5)

# Loopback, private, link-local, metadata, reserved, mapped and translated addresses, in every
# writing a resolver, a browser or a parser has been seen to understand.
HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0",  # noqa: S104
    "0", "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0x1",
    "0x7f.0x0.0x0.0x1", "127.0.0.1.", "0x7F.1.",
    "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "localhost", "LOCALHOST", "localhost.",
    "ⓛocalhost", "10.0.0.1", "10.1", "167772161", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "192.168.257", "3232235777", "169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.1",
    "100.64.0.1", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]",
    "[2002:c0a8:101::1]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]",
    "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]",
    "[100::1]", "[::10.0.0.1]", "1.2.3.4.5", "1.2.3", "999.1.1.1", "0x", "08.1.1.1",
]  # fmt: skip

# Addresses that are no plain web address at all.
ADDRESSES = [
    "file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/",
    "http+unix://%2Frun%2Fx.sock/", "unix:/run/x.sock", "jar:http://127.0.0.1!/",
    "data:text/xml,<rss/>",
    "javascript:alert(1)", "//127.0.0.1/", "127.0.0.1", "", "http:", "http://", "http:///feed",
    "http://@127.0.0.1/", "http://user@site.example/", "http://user:secret@site.example/",
    "http://127.0.0.1\\@site.example/", "http://site.example\\@127.0.0.1/",
    "http://site.example/\r\nX: y",
    "http://site.example/\x00", "http://site.example /", "http://[::1", "http://site.example:99999/",
    "http://site.example:port/", "http://" + "a" * 70 + ".example/",
    "http://site.example/" + "x" * 3000,
]  # fmt: skip


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address the process tries to connect to; none is reached."""
    tried: list[str] = []

    def refuse(address: tuple[str, int], *args: object, **kwargs: object) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError(111, "refused by the test")

    monkeypatch.setattr(wire.socket, "create_connection", refuse)
    return tried


def known(*answers: str) -> addresses.Resolver:
    return lambda host, port, seconds: list(answers)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(HOSTS) >= 60
    assert len(set(HOSTS)) == len(HOSTS)


@pytest.mark.parametrize("host", HOSTS)
def test_a_private_host_is_refused_however_it_is_spelled(host: str, dialled: list[str]) -> None:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(f"http://{host}/feed.xml"), STRICT)
    assert caught.value.code in {"private-address", "bad-url", "dns"}
    assert dialled == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_private_host_on_the_port_of_a_real_server_gets_no_request(host: str, web: Web) -> None:
    with pytest.raises(FetchError):
        fetch.get(SourceRef(f"http://{host}:{web.port}/"), STRICT)
    assert (web.connections, web.requests) == (0, [])


@pytest.mark.parametrize("url", ADDRESSES)
def test_what_is_no_plain_web_address_is_refused(url: str, dialled: list[str]) -> None:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(url), STRICT, resolve=known(PUBLIC))
    assert caught.value.code == "bad-url"
    assert dialled == []


@pytest.mark.parametrize("url", ["http://site.example:8080/", "https://site.example:22/"])
def test_other_ports_are_for_allowed_hosts(url: str, dialled: list[str]) -> None:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(url), STRICT, resolve=known(PUBLIC))
    assert caught.value.code == "bad-port"
    allowed = FetchPolicy("tests/1", allow=("site.example",))
    with pytest.raises(FetchError, match="refused by the test"):
        fetch.get(SourceRef(url), allowed, resolve=known(PUBLIC))
    assert dialled == [PUBLIC]


def test_one_private_answer_among_public_ones_is_enough_to_refuse(dialled: list[str]) -> None:
    for answers in ([PUBLIC, "10.0.0.1"], ["::1", PUBLIC], [OTHER, "fec0::1"]):
        with pytest.raises(FetchError) as caught:
            fetch.get(SourceRef("http://site.example/"), STRICT, resolve=known(*answers))
        assert caught.value.code == "private-address"
    assert dialled == []


def test_a_name_that_changes_its_answer_is_dialled_where_it_was_checked(dialled: list[str]) -> None:
    answers: Iterator[list[str]] = iter([[PUBLIC], ["127.0.0.1"]])
    with pytest.raises(FetchError):
        fetch.get(SourceRef("http://rebind.example/"), STRICT, resolve=lambda *asked: next(answers))
    assert dialled == [PUBLIC]
    assert next(answers) == ["127.0.0.1"]  # nobody asked a second time


def test_the_answers_are_tried_in_order(dialled: list[str]) -> None:
    with pytest.raises(FetchError):
        fetch.get(SourceRef("http://site.example/"), STRICT, resolve=known(OTHER, PUBLIC))
    assert dialled == [OTHER, PUBLIC]


def test_a_connection_that_ends_elsewhere_is_dropped(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.create_connection

    def diverted(address: tuple[str, int], timeout: float) -> socket.socket:
        return real(("127.0.0.1", web.port), timeout)

    monkeypatch.setattr(wire.socket, "create_connection", diverted)
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef("http://site.example/"), STRICT, resolve=known(PUBLIC))
    assert caught.value.code == "private-address"
    assert web.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/", "http://[::ffff:a00:1]/", "http://0x0a000001/", "file:///etc/passwd",
        "gopher://10.0.0.1/", "http+unix://%2Frun%2Fx.sock/", "http://169.254.169.254/latest/",
        "//10.0.0.1/", "http://localhost.:80/", "http://user:pass@127.0.0.1/",
    ],
)  # fmt: skip
def test_a_redirect_is_checked_like_the_first_address(web: Web, location: str) -> None:
    web.add("/", status=302, headers={"Location": location})
    allowed = FetchPolicy("tests/1", allow=("127.0.0.1/32",), total_seconds=5)
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(web.url("/")), allowed, resolve=known("10.9.9.9"))
    assert caught.value.code in {"private-address", "bad-url"}
    assert web.paths() == ["/"]


def test_a_public_site_cannot_send_us_to_a_server_of_ours(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary: a public name answers 302 to loopback; the canary's own path is never asked."""
    web.add("/", status=302, headers={"Location": web.url("/canary")})
    allowed = FetchPolicy("tests/1", allow=("public.example",), total_seconds=5)
    with pytest.raises(FetchError) as caught:
        fetch.get(
            SourceRef(f"http://public.example:{web.port}/"), allowed, resolve=known("127.0.0.1")
        )
    assert caught.value.code == "private-address"
    assert web.paths() == ["/"]


def test_the_proxies_of_the_environment_are_not_used(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.add("/feed.xml", b"<rss/>")

    @web.handle("/proxied")
    def canary(request: Request) -> Answer:
        raise AssertionError("asked through the proxy")

    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{web.port}/proxied")
    monkeypatch.delenv("no_proxy", raising=False)
    assert fetch.get(SourceRef(web.url("/feed.xml")), OPEN).body == b"<rss/>"
    assert web.paths() == ["/feed.xml"]
    assert os.environ["http_proxy"]


def test_an_allowed_host_or_network_may_be_private(web: Web) -> None:
    web.add("/", b"ok")
    for allow in ("127.0.0.1", "127.0.0.0/8", "LOCALHOST"):
        url = web.url("/").replace(
            "127.0.0.1", "localhost" if allow == "LOCALHOST" else "127.0.0.1"
        )
        policy = FetchPolicy("tests/1", allow=(allow,))
        assert fetch.get(SourceRef(url), policy, resolve=known("127.0.0.1")).body == b"ok"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("HTTP://Site.Example", "http://site.example/"),
        ("http://site.example:80/a?b=c#d", "http://site.example/a?b=c"),
        ("https://Évry.example/été", "https://xn--vry-9la.example/%C3%A9t%C3%A9"),
        ("https://site.example./", "https://site.example/"),
        ("http://[2606:2800:220:1:248:1893:25c8:1946]/", f"http://[{OTHER}]/"),
        ("https://site.example:8443/", "https://site.example:8443/"),
    ],
)
def test_an_address_is_brought_to_one_form(url: str, asked: str) -> None:
    assert addresses.target(url).url == asked


def test_the_public_internet_is_public() -> None:
    assert all(map(addresses.is_public, [PUBLIC, OTHER, "1.1.1.1", "2a01:cb00::1"]))


def test_a_name_nobody_knows_is_said_so() -> None:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef("http://nulle-part.invalid/"), STRICT)
    assert caught.value.code == "dns"
    assert "nulle-part.invalid" in str(caught.value)


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*args: object, **kwargs: object) -> list[object]:
        release.wait(30)
        return []

    monkeypatch.setattr(addresses.socket, "getaddrinfo", hang)
    with pytest.raises(FetchError) as caught:
        addresses.lookup("slow.example", 80, 0.05)
    release.set()
    assert caught.value.code == "dns"
