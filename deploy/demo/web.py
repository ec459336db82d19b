"""The demonstration's own little web on loopback: the outlets' feeds and pages, and the mailbox.

/                   what is here                 /<outlet>/<feed>     ETag, Last-Modified, 304
/<outlet>/…         the pages of the articles    /courrier/…          the delivered mails
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feeds
import letterbox
from articles import Article, Outlet

HTML = "text/html; charset=utf-8"
STYLE = """
:root { color-scheme: light dark } body { font: 17px/1.55 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2 } a { color: light-dark(#0B5A8A, #7FC4F1) } li { margin: .4rem 0 } .small { opacity: .75; font-size: .9rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #8884 }
iframe { width: 100%; height: 70vh; border: 1px solid #8888; background: #fff } pre { white-space: pre-wrap; overflow-wrap: anywhere }
"""  # noqa: E501  # a style sheet


@dataclass(frozen=True)
class Page:
    """What one address answers. Only feeds have validators."""

    media_type: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    policy: str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"


def page(title: str, inner: str) -> Page:
    """A page of the little web."""
    body = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{inner}</html>"
    )
    return Page(HTML, body.encode(), policy="default-src 'none'; style-src 'unsafe-inline'; "
                "frame-src 'self'; img-src 'self' data:")  # fmt: skip


class Web:
    """Everything this server answers, by path (with its query, as SPIP has it)."""

    def __init__(self, outlets: list[Outlet], mailbox: Path, port: int) -> None:
        self.outlets, self.mailbox = outlets, mailbox
        self.pages: dict[str, Page] = {}
        self.feeds: dict[str, str] = {}  # outlet → address of its feed
        handler = type("Connection", (_Connection,), {"web": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"
        for outlet in outlets:
            self._publish(outlet)
        self.pages["/"] = page("La petite presse de la démonstration", self._index())
        threading.Thread(target=self.server.serve_forever, name="demo-web", daemon=True).start()

    def _publish(self, outlet: Outlet) -> None:
        below = f"{self.root}/{outlet.id}"
        path, media_type, body = feeds.write(outlet, below)
        newest = format_datetime(outlet.articles[0].published.astimezone(UTC), usegmt=True)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        self.feeds[outlet.id] = f"{below}/{path}"
        self.pages[f"/{outlet.id}/{path}"] = Page(media_type, body, etag, newest)
        links = ""
        for article in outlet.articles:
            address = f"/{outlet.id}/{article.path}"
            self.pages[address] = _article(outlet, article)
            links += f'<li><a href="{escape(address)}">{escape(article.title)}</a></li>'
        self.pages[f"/{outlet.id}/"] = page(outlet.name, f"<ul>{links}</ul>")

    def _index(self) -> str:
        rows = "".join(
            f'<tr><td><a href="/{o.id}/">{escape(o.name)}</a></td>'
            f"<td>{len(o.articles)} articles</td>"
            f'<td><a href="{escape(self.feeds[o.id])}">{escape(o.shape)}</a></td></tr>'
            for o in self.outlets
        )
        return (
            "<p>Médias, institutions et personnes sont inventés.</p>"
            f'<table>{rows}</table><p><a href="/courrier/">Le courrier délivré</a></p>'
        )

    def answer(self, path: str) -> Page | None:
        """The page at `path`; None when there is none."""
        if path.startswith("/courrier/"):
            return letterbox.answer(self.mailbox, path.removeprefix("/courrier/"), page, Page)
        return self.pages.get(path) or self.pages.get(path.partition("?")[0])


def _article(outlet: Outlet, article: Article) -> Page:
    text = "".join(f"<p>{escape(line)}</p>" for line in article.paragraphs)
    day = article.published.strftime("%d/%m/%Y %H:%M")
    inner = (
        f'<p class="small">{escape(outlet.name)} · {escape(article.category)} · {day}</p>{text}'
        f'<p class="small"><a href="/{outlet.id}/">Tous les articles</a> — média inventé pour la '
        "démonstration de Vigie</p>"
    )
    return page(article.title, inner)


class _Connection(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """GET and HEAD; 304 when the reader has this version already."""
        found = self.web.answer(self.path)
        if found is None:
            found, status = page("Cette page n’existe pas", '<p><a href="/">Accueil</a></p>'), 404
        else:
            status = 304 if self._has(found) else 200
        self.send_response(status)
        self.send_header("Date", format_datetime(datetime.now(UTC), usegmt=True))
        self.send_header("Content-Security-Policy", found.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        if found.etag:
            self.send_header("ETag", found.etag)
            self.send_header("Last-Modified", found.last_modified)
        if status != 304:
            self.send_header("Content-Type", found.media_type)
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if status != 304 and self.command == "GET":
            self.wfile.write(found.body)

    do_HEAD = do_GET

    def _has(self, found: Page) -> bool:
        given = self.headers.get("If-None-Match")
        if given:
            return bool(found.etag) and found.etag in given
        since = self.headers.get("If-Modified-Since")
        return bool(found.last_modified) and since == found.last_modified

    def log_message(self, *words: object) -> None:
        """Silent: the demonstration prints its own progress."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without the default Server and Date lines."""
        self.send_response_only(code, message)
