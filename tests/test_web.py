from __future__ import annotations

import urllib.request

from tests.web import Answer, Request, Web


def test_a_test_registers_answers_and_sees_what_was_asked(web: Web) -> None:
    web.add("/feed.xml", b"<rss/>", headers={"ETag": '"1"'})

    @web.handle("/page")
    def page(request: Request) -> Answer:
        return Answer(f"asked {request.query['q'][0]}")

    with urllib.request.urlopen(web.url("/feed.xml")) as answer:
        assert (answer.read(), answer.headers["ETag"]) == (b"<rss/>", '"1"')
    with urllib.request.urlopen(web.url("/page?q=lille")) as answer:
        assert answer.read() == b"asked lille"
    assert web.paths() == ["/feed.xml", "/page?q=lille"]
