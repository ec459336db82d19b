"""An outlet's articles in the shape its software would write them.

wordpress   RSS 2.0, content:encoded, categories, guid not a permalink
cp1252      RSS 2.0 in windows-1252, declared in the XML only, links with campaign marks
plain       RSS 2.0, the least there is: no guid, entities in titles
podcast     RSS 2.0 with an enclosure and media:content
atom        Atom 1.0, HTML content          atom-xhtml   Atom 1.0, XHTML content, xml:base
spip        RSS 2.0 as SPIP: dc:date, text/html description, no pubDate
drupal      RSS 2.0 as Drupal: guid «12 at http://…», fields in the description
gouv        RSS 2.0 as the State's sites: dates with GMT, CDATA everywhere
rdf         RSS 1.0                          json         JSON Feed 1.1
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from html import escape

from articles import Article, Outlet

XML = "application/xml; charset=utf-8"
Written = tuple[str, str, bytes]  # path below the outlet, media type, body


def write(outlet: Outlet, root: str) -> Written:
    """The feed of `outlet`, whose pages are below `root` (no final slash)."""
    return _SHAPES[outlet.shape](outlet, root)


def _html(article: Article) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in article.paragraphs)


def _rfc822(article: Article) -> str:
    return format_datetime(article.published)


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _rss(outlet: Outlet, root: str, items: list[str], namespaces: str = "") -> bytes:
    head = (
        f"<title>{escape(outlet.name)}</title><link>{root}/</link>"
        f"<description>{escape(outlet.category)}</description><language>fr-FR</language>"
    )
    body = "\n".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{namespaces}><channel>{head}\n'
        f"{body}\n</channel></rss>\n"
    ).encode()


def _wordpress(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(a.title, quote=False)}</title><link>{root}/{a.path}</link>"
        f"<dc:creator>{_cdata('La rédaction')}</dc:creator><pubDate>{_rfc822(a)}</pubDate>"
        f"<category>{_cdata(a.category)}</category>"
        f'<guid isPermaLink="false">{root}/?p={a.number}</guid>'
        f"<description>{_cdata(a.lead + ' […]')}</description>"
        f"<content:encoded>{_cdata(_html(a))}</content:encoded>"
        for a in outlet.articles
    ]
    spaces = (
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return "feed/", "application/rss+xml; charset=UTF-8", _rss(outlet, root, items, spaces)


def _cp1252(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(a.title, quote=False)}</title>"
        f"<link>{root}/{a.path}?utm_source=rss&amp;utm_medium=flux</link>"
        f'<guid isPermaLink="true">{root}/{a.path}</guid><pubDate>{_rfc822(a)}</pubDate>'
        f"<category>{escape(a.category)}</category><description>{escape(a.lead)}</description>"
        for a in outlet.articles
    ]
    text = _rss(outlet, root, items).decode().replace('encoding="UTF-8"', 'encoding="windows-1252"')
    return "rss.xml", "text/xml", text.encode("cp1252")


def _plain(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(escape(a.title.replace('’', chr(39))))}</title>"
        f"<link>{root}/{a.path}</link><pubDate>{_rfc822(a)}</pubDate>"
        f"<description>{escape(_html(a))}</description>"
        for a in outlet.articles
    ]
    return "flux-rss", "application/rss+xml", _rss(outlet, root, items)


def _podcast(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(a.title, quote=False)}</title><link>{root}/{a.path}</link>"
        f"<guid>{root}/{a.path}</guid><pubDate>{_rfc822(a)}</pubDate>"
        f"<description>{_cdata(_html(a))}</description>"
        f'<enclosure url="{root}/sons/{a.number}.mp3" length="2400000" type="audio/mpeg"/>'
        f'<media:content url="{root}/images/{a.number}.jpg" medium="image"/>'
        for a in outlet.articles
    ]
    spaces = ' xmlns:media="http://search.yahoo.com/mrss/"'
    return "podcast.xml", XML, _rss(outlet, root, items, spaces)


def _atom(outlet: Outlet, root: str, *, xhtml: bool = False) -> Written:
    entries = []
    for a in outlet.articles:
        day = f"{a.published:%Y-%m-%d}"
        if xhtml:
            inner = f'<div xmlns="http://www.w3.org/1999/xhtml">{_html(a)}</div>'
            content, link = f'<content type="xhtml">{inner}</content>', a.path
        else:
            content, link = f'<content type="html">{escape(_html(a))}</content>', f"{root}/{a.path}"
        entries.append(
            f'<entry><title type="text">{escape(a.title, quote=False)}</title>'
            f'<link rel="alternate" href="{link}"/><id>tag:demo.invalid,{day}:{a.number}</id>'
            f"<published>{a.published.isoformat()}</published>"
            f"<updated>{a.published.isoformat()}</updated>"
            f"<author><name>Rédaction</name></author>"
            f'<category term="{escape(a.category)}"/>{content}</entry>'
        )
    newest = outlet.articles[0].published.isoformat()
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
        f' xml:lang="fr" xml:base="{root}/"><title>{escape(outlet.name)}</title>'
        f'<link href="{root}/"/><id>{root}/</id><updated>{newest}</updated>\n'
        + "\n".join(entries)
        + "\n</feed>\n"
    )
    return "atom.xml", "application/atom+xml", body.encode()


def _atom_xhtml(outlet: Outlet, root: str) -> Written:
    return _atom(outlet, root, xhtml=True)


def _spip(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(a.title, quote=False)}</title><link>{root}/{escape(a.path)}</link>"
        f'<guid isPermaLink="true">{root}/{escape(a.path)}</guid>'
        f"<dc:date>{a.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</dc:date>"
        f"<dc:format>text/html</dc:format><dc:language>fr</dc:language>"
        f"<description>{escape(_html(a))}</description>"
        for a in outlet.articles
    ]
    spaces = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return "spip.php?page=backend", "text/xml; charset=utf-8", _rss(outlet, root, items, spaces)


def _drupal(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{escape(a.title, quote=False)}</title><link>{root}/{a.path}</link>"
        "<description>"
        + escape(
            f'<span class="field--name-title">{a.title}</span>'
            f'<div class="field--name-body"><div class="field__item">{_html(a)}</div></div>'
        )
        + f"</description><pubDate>{_rfc822(a)}</pubDate><dc:creator>webmestre</dc:creator>"
        f'<guid isPermaLink="false">{a.number} at {root}</guid>'
        for a in outlet.articles
    ]
    spaces = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return "rss.xml", "application/rss+xml; charset=utf-8", _rss(outlet, root, items, spaces)


def _gouv(outlet: Outlet, root: str) -> Written:
    items = [
        f"<title>{_cdata(a.title)}</title><link>{root}/{a.path}</link>"
        f"<description>{_cdata(_html(a))}</description>"
        f"<pubDate>{format_datetime(a.published.astimezone(UTC), usegmt=True)}</pubDate>"
        f'<guid isPermaLink="false">{root}/{a.path}</guid>'
        for a in outlet.articles
    ]
    return "syndication/flux/actualites", "application/rss+xml", _rss(outlet, root, items)


def _rdf(outlet: Outlet, root: str) -> Written:
    links = "".join(f'<rdf:li rdf:resource="{root}/{a.path}"/>' for a in outlet.articles)
    items = "\n".join(
        f'<item rdf:about="{root}/{a.path}"><title>{escape(a.title, quote=False)}</title>'
        f"<link>{root}/{a.path}</link><description>{escape(a.lead, quote=False)}</description>"
        f"<dc:date>{a.published.isoformat()}</dc:date>"
        f"<dc:subject>{escape(a.category)}</dc:subject></item>"
        for a in outlet.articles
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<channel rdf:about="{root}/"><title>{escape(outlet.name)}</title><link>{root}/</link>'
        f"<description>{escape(outlet.category)}</description>"
        f"<items><rdf:Seq>{links}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )
    return "index.rdf", "application/rdf+xml", body.encode()


def _json(outlet: Outlet, root: str) -> Written:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{root}/",
        "feed_url": f"{root}/feed.json",
        "language": "fr",
        "items": [
            {
                "id": f"{root}/{a.path}",
                "url": f"{root}/{a.path}",
                "title": a.title,
                "content_html": _html(a),
                "date_published": a.published.isoformat(),
                "tags": [a.category],
            }
            for a in outlet.articles
        ],
    }
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return "feed.json", "application/feed+json", body


_SHAPES: dict[str, Callable[[Outlet, str], Written]] = {
    "wordpress": _wordpress,
    "cp1252": _cp1252,
    "plain": _plain,
    "podcast": _podcast,
    "atom": _atom,
    "atom-xhtml": _atom_xhtml,
    "spip": _spip,
    "drupal": _drupal,
    "gouv": _gouv,
    "rdf": _rdf,
    "json": _json,
}
