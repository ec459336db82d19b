"""Answers made to exhaust the reader end at its limits, and the next feed is read as usual.

Time is bounded by the policy (a code `timeout`, or a test that would hang), memory by what Python
allocates at the peak; the parser's child has limits of the system.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.web import Web
from veille.reading import fetch, parse
from veille.reading.errors import FetchError, ParseError
from veille.reading.parse import Limits
from veille.reading.types import Fetched, FetchPolicy, SourceRef

MEGABYTE = 1024 * 1024
PATIENT = FetchPolicy("tests/1", allow=("127.0.0.0/8",), total_seconds=60)  # a busy machine
HURRIED = FetchPolicy("tests/1", allow=("127.0.0.0/8",), connect_seconds=1, total_seconds=1)
QUICK = Limits(cpu_seconds=2, wall_seconds=60)
GOOD = "<rss version='2.0'><channel><title>T</title><item><title>Bon</title></item></channel></rss>"


@pytest.fixture
def within_64_megabytes() -> Iterator[None]:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        yield
        assert tracemalloc.get_traced_memory()[1] - before < 64 * MEGABYTE
    finally:
        tracemalloc.stop()


def code_of(web: Web, path: str = "/", policy: FetchPolicy = PATIENT) -> str:
    with pytest.raises(FetchError) as caught:
        fetch.get(SourceRef(web.url(path)), policy)
    web.add("/good", GOOD)
    assert fetch.get(SourceRef(web.url("/good")), PATIENT).body == GOOD.encode()
    return caught.value.code


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


def for_ever(
    head: bytes, piece: bytes, pause: float = 0
) -> tuple[Callable[[socket.socket], None], list[int]]:
    """Writes `piece` until the reader leaves; the list counts the bytes that went out."""
    sent = [0]

    def write(sock: socket.socket) -> None:
        sock.sendall(head)
        with contextlib.suppress(OSError):
            while True:
                sock.sendall(piece)
                sent[0] += len(piece)
                time.sleep(pause)

    return write, sent


@pytest.mark.usefixtures("within_64_megabytes")
class TestFetching:
    def test_200_megabytes_behind_gzip(self, web: Web) -> None:
        web.add("/", zeros(200), headers={"Content-Encoding": "gzip"})
        assert code_of(web) == "too-big"

    def test_many_small_gzip_members(self, web: Web) -> None:
        web.add("/", zeros(1) * 300, headers={"Content-Encoding": "gzip"})
        assert code_of(web) == "too-big"

    def test_gzip_inside_gzip(self, web: Web) -> None:
        web.add("/", gzip.compress(zeros(50)), headers={"Content-Encoding": "gzip, gzip"})
        assert code_of(web) == "bad-answer"

    def test_a_bomb_in_a_redirect_is_never_read(self, web: Web) -> None:
        write, sent = for_ever(
            b"HTTP/1.1 302 X\r\nLocation: /next\r\nContent-Encoding: gzip\r\n\r\n", zeros(20)
        )
        web.raw("/", write)
        web.add("/next", GOOD)
        assert fetch.get(SourceRef(web.url("/")), PATIENT).body == GOOD.encode()
        assert sent[0] < 16 * MEGABYTE  # what the kernel's buffers took

    @pytest.mark.parametrize("status", [b"200 OK", b"404 X", b"500 X"])
    def test_an_endless_body(self, web: Web, status: bytes) -> None:
        web.raw("/", for_ever(b"HTTP/1.1 " + status + b"\r\n\r\n", b"x" * 65536)[0])
        assert code_of(web) in {"too-big", "http-404", "http-500"}

    @pytest.mark.parametrize("piece", [b"8000\r\n" + b"x" * 32768 + b"\r\n", b"1\r\nx\r\n" * 500])
    def test_endless_chunks(self, web: Web, piece: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        web.raw("/", for_ever(head, piece)[0])
        assert code_of(web, policy=HURRIED) in {"too-big", "timeout"}

    def test_an_endless_chunk_size(self, web: Web) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        web.raw("/", for_ever(head, b"0" * 65536)[0])
        assert code_of(web) in {"too-big", "connection", "incomplete"}

    def test_an_endless_trailer(self, web: Web) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        web.raw("/", for_ever(head, b"X-Y: z\r\n" * 4096)[0])
        assert code_of(web, policy=HURRIED) in {"too-big", "timeout"}

    def test_a_length_announced_too_big_is_not_awaited(self, web: Web) -> None:
        web.raw(
            "/", for_ever(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x", 1)[0]
        )
        assert code_of(web) == "too-big"

    def test_a_body_that_drips(self, web: Web) -> None:
        web.raw("/", for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05)[0])
        assert code_of(web, policy=HURRIED) == "timeout"

    def test_headers_that_drip(self, web: Web) -> None:
        web.raw("/", for_ever(b"HTTP/1.1 200 OK\r\n", b"X", 0.05)[0])
        assert code_of(web, policy=HURRIED) == "timeout"

    def test_a_server_that_says_nothing(self, web: Web) -> None:
        web.raw("/", for_ever(b"", b"", 0.05)[0])
        assert code_of(web, policy=HURRIED) == "timeout"

    def test_drips_in_a_chain_of_redirects_share_one_deadline(self, web: Web) -> None:
        def slow(step: int) -> Callable[[socket.socket], None]:
            def write(sock: socket.socket) -> None:
                time.sleep(0.45)
                sock.sendall(b"HTTP/1.1 302 X\r\nLocation: /%d\r\n\r\n" % (step + 1))

            return write

        for step in range(6):
            web.raw(f"/{step}", slow(step))
        assert code_of(web, "/0", HURRIED) == "timeout"
        assert len(web.requests) <= 4

    @pytest.mark.parametrize(
        "piece", [b"X" * 4096, b"X-H: y\r\n" * 512, b"HTTP/1.1 100 Continue\r\n\r\n" * 100]
    )
    def test_endless_headers(self, web: Web, piece: bytes) -> None:
        head = b"" if piece.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n"
        web.raw("/", for_ever(head, piece)[0])
        assert code_of(web) == "bad-answer"

    def test_a_header_block_over_64_kilobytes(self, web: Web) -> None:
        big = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 2000) for n in range(45))
        web.raw("/", lambda s: s.sendall(b"HTTP/1.1 200 OK\r\n" + big + b"\r\n" + GOOD.encode()))
        assert code_of(web) == "bad-answer"

    def test_a_handshake_that_never_ends(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(FetchError) as caught:
                fetch.get(SourceRef(f"https://127.0.0.1:{port}/"), HURRIED)
        assert caught.value.code in {"timeout", "tls"}


def read(document: str | bytes, limits: Limits = QUICK) -> list[str]:
    body = document.encode() if isinstance(document, str) else document
    fetched = Fetched("https://site.example/feed.xml", 200, {}, body, "", "")
    return [entry.title for entry in parse.parse(fetched, limits).entries]


def parse_code(document: str | bytes, limits: Limits = QUICK) -> str:
    with pytest.raises(ParseError) as caught:
        read(document, limits)
    assert read(GOOD) == ["Bon"]
    return caught.value.code


def in_description(text: str) -> str:
    return (
        f"<rss version='2.0'><channel><title>T</title><item><title>Un</title>"
        f"<description>{text}</description></item></channel></rss>"
    )


REGEX_TRAP = GOOD.replace("</item>", f"<author>{'a.' * 50_000}@</author></item>")


@pytest.mark.usefixtures("within_64_megabytes")
class TestParsing:
    def test_two_hundred_thousand_items(self) -> None:
        item = "<item><title>Un</title><link>https://site.example/1</link></item>"
        document = GOOD.replace("<item>", item * 200_000 + "<item>")
        assert len(read(document, Limits())) == Limits().max_items

    def test_the_items_kept_are_the_first_of_a_well_formed_document(self) -> None:
        items = "".join(f"<item><title>n° {n}</title></item>" for n in range(50))
        document = GOOD.replace("<item>", items + "<item>")
        assert read(document, Limits(max_items=3)) == ["n° 0", "n° 1", "n° 2"]

    @pytest.mark.slow
    @pytest.mark.parametrize("sign", ["<!--", "<![CDATA[", "<?", "<a ", "&lt;a href=", "&lt;!--"])
    def test_markup_that_never_closes(self, sign: str) -> None:
        document = in_description(sign * 200_000)
        with contextlib.suppress(ParseError):
            read(document)
        assert read(GOOD) == ["Bon"]

    def test_a_quadratic_document_is_stopped_by_the_clock_of_the_processor(self) -> None:
        with pytest.raises(ParseError, match=r"plus de 1 s ") as caught:
            read(REGEX_TRAP, Limits(cpu_seconds=1, wall_seconds=100))
        assert caught.value.code == "too-slow"
        assert read(GOOD) == ["Bon"]

    def test_a_child_that_hangs_is_stopped_by_the_clock_on_the_wall(self) -> None:
        assert parse_code(REGEX_TRAP, Limits(60, 0.5)) == "too-slow"

    @pytest.mark.slow
    def test_a_child_that_grows_is_stopped(self) -> None:
        small = Limits(10, 20, memory_bytes=90 * MEGABYTE, max_items=10**6)
        document = GOOD.replace("<item>", "<item><title>Un</title></item>" * 50_000 + "<item>")
        assert parse_code(document, small) == "too-heavy"

    @pytest.mark.parametrize("tag", ["div", "b", "table", "svg", "blockquote"])
    def test_two_hundred_thousand_nested_tags(self, tag: str) -> None:
        with contextlib.suppress(ParseError):
            assert read(in_description(f"&lt;{tag}&gt;" * 200_000)) == ["Un"]
        assert read(GOOD) == ["Bon"]

    @pytest.mark.slow
    def test_a_hundred_thousand_nested_elements(self) -> None:
        with contextlib.suppress(ParseError):
            read(GOOD.replace("<item>", "<x>" * 100_000 + "<item>"))
        assert read(GOOD) == ["Bon"]

    def test_json_nested_without_end(self) -> None:
        assert parse_code('{"version":' * 200_000) == "bad-json"
        assert parse_code('{"a":' + "9" * 100_000 + "}") == "bad-json"

    @pytest.mark.slow
    def test_json_with_a_million_items(self) -> None:
        feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}] * 400_000}
        assert len(read(json.dumps(feed), Limits())) == Limits().max_items


LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "lol">{LOL}]>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY l9 "{"x" * 100_000}">]>',
    "parameter": '<!DOCTYPE r [<!ENTITY % p "x"> %p; <!ENTITY l9 "y">]>',
    "system": '<!DOCTYPE r [<!ENTITY l9 SYSTEM "CANARY">]>',
    "public": '<!DOCTYPE r [<!ENTITY l9 PUBLIC "-//x" "CANARY">]>',
    "hidden in quotes": '<!DOCTYPE r [<!ENTITY a "]><rss>"><!ENTITY l9 SYSTEM "CANARY">]>',
    "after a comment": '<!-- <rss> --><!DOCTYPE r [<!-- ]> --><!ENTITY l9 SYSTEM "CANARY">]>',
    "external subset": '<!DOCTYPE r SYSTEM "CANARY">',
    "unclosed": '<!DOCTYPE r [<!ENTITY l9 SYSTEM "CANARY"',
}


@pytest.mark.parametrize(
    ("name", "encoding", "target"),
    list(itertools.product(ENTITIES, ["utf-8", "utf-16", "utf-16-le", "utf-32"], ["http", "file"])),
)
def test_entities_expand_nothing_and_reach_nothing(
    name: str, encoding: str, target: str, web: Web, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "canary.txt"
    secret.write_text("TOP-SECRET")
    url = web.add("/canary", "TOP-SECRET") if target == "http" else secret.as_uri()
    xml = ENTITIES[name].replace("CANARY", url) + GOOD.replace("Bon", "&l9;" * 10)
    with contextlib.suppress(ParseError):
        titles = read(xml.encode(encoding))
        assert "TOP-SECRET" not in "".join(titles)
        assert len("".join(titles)) < 1000
    assert web.connections == 0
    assert read(GOOD) == ["Bon"]


@pytest.mark.parametrize("name", ["system", "public", "parameter", "hidden in quotes", "unclosed"])
def test_an_external_entity_is_refused_by_name(name: str) -> None:
    assert parse_code(ENTITIES[name] + GOOD) == "forbidden-xml"


def test_a_charset_that_hides_markup_is_refused() -> None:
    hidden = "+ADwAIQ-DOCTYPE r +AFsAPAAh-ENTITY l9 SYSTEM +ACI-file:///etc/passwd+ACIAPgBdAD4-"
    assert parse_code(f'<?xml version="1.0" encoding="utf-7"?>{hidden}{GOOD}') == "bad-encoding"


def test_xinclude_is_words() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    assert read(GOOD.replace("Bon", f"Bon{include}")) == ["Bon"]


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", range(70, 121, 10))
def test_wherever_memory_ends_the_reason_is_memory(megabytes: int) -> None:
    """While reading, or while the answer is written out: the child says so and lives on."""
    limits = Limits(10, 20, memory_bytes=megabytes * MEGABYTE, max_items=10**6)
    document = GOOD.replace("<item>", "<item><title>Un</title></item>" * 50_000 + "<item>")
    heavy = ""
    try:
        assert len(read(document, limits)) == 50_001
    except ParseError as error:
        heavy = error.code
    assert heavy in {"", "too-heavy"}
