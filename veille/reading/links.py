"""Addresses made absolute, safe and canonical. Pure.

`absolute` follows what browsers do with untidy addresses (WHATWG URL: tabs and newlines dropped,
backslashes turned), and only lets http and https through. `canonical` also drops what merely counts
readers, so that the same article has the same address wherever it was found.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

MAX_LENGTH = 2000  # what Item.url stores
_TRACKING = re.compile(
    r"""(?:utm_|mtm_|hsa_|_hs|trk_(?:contact|msg|sid|module)$
    |pk_(?:campaign|kwd|keyword|source|medium|content|cid)$|piwik_(?:campaign|kwd|keyword)$
    |at_(?:medium|campaign|campaign_group|creation|variant|format|general_placement|channel|network
      |detail_placement|link|link_id|link_type|term|platform|ptr_name|recipient_id|recipient_list
      |send_date|emailtype|custom\d+|bbc_team)$
    |xt(?:or|ref|cr|mc|np|s|dt)$|mc_[ce]id$|mkt_tok$|vero_(?:id|conv)$|oly_(?:anon|enc)_id$
    |(?:fb|g|d|tw|y|tt)clid$|msclkid$|li_fat_id$|gclsrc$|[gw]braid$|igsh(?:id)?$|mibextid$
    |wt_mc$|s_cid$|ns_(?:campaign|mchannel|source|linkname|fee)$|__twitter_impression$
    |fb_(?:action|ref|source)|action_(?:object|type|ref)_map$|spm$)""",
    re.VERBOSE,
)  # matched at the start of the lower-case name
_TRACKING_FRAGMENT = re.compile(r"(?:utm_|xtor=|at_medium=|:~:|respond$|comments$|more-\d+$)")
_DROPPED = re.compile(r"[\t\r\n]")  # WHATWG URL 4.4
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\u00a0\ufeff"
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_HOST = re.compile(r"[a-z0-9._~-]+|[0-9a-f:.]+")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_PORTS = {"http": 80, "https": 443}


def absolute(url: str, base: str = "") -> str:
    """`url` seen from `base`, as an ASCII http(s) address without userinfo; "" when it is none."""
    url = _tidy(url)
    if not url:
        return ""
    try:
        parts = urlsplit(urljoin(_tidy(base), url) if base else url)
        return _build(parts)
    except (ValueError, idna.IDNAError):  # bad port, bad brackets, impossible host
        return ""


def canonical(url: str, base: str = "") -> str:
    """`absolute`, without tracking parameters; the order of the others is kept."""
    whole = absolute(url, base)
    if not whole:
        return ""
    parts = urlsplit(whole)
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not _is_tracking(pair.partition("=")[0])
    )
    fragment = "" if _TRACKING_FRAGMENT.match(parts.fragment) else parts.fragment
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment))


def host(url: str) -> str:
    """The host of an absolute address, without «www.»; "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_tracking(name: str) -> bool:
    return bool(_TRACKING.match(unquote(name).lower().removeprefix("amp;")))


def _tidy(url: str) -> str:
    url = _DROPPED.sub("", url.strip(_EDGES))
    head, mark, tail = _at_first(url, "?#")
    head = head.replace("\\", "/")
    if head.lower().startswith("www."):  # a frequent oversight in hand-written feeds
        head = f"https://{head}"
    return head + mark + tail


def _at_first(text: str, signs: str) -> tuple[str, str, str]:
    for index, sign in enumerate(text):
        if sign in signs:
            return text[:index], sign, text[index + 1 :]
    return text, "", ""


def _build(parts: SplitResult) -> str:
    scheme = parts.scheme.lower()
    name = (parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not name or "%" in name:
        return ""
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower()
    if not _HOST.fullmatch(name):
        return ""
    shown = f"[{name}]" if ":" in name else name
    if parts.port and parts.port != _PORTS[scheme]:
        shown = f"{shown}:{parts.port}"
    url = urlunsplit(
        (
            scheme,
            shown,
            _escape(parts.path or "/", _PATH_SAFE),
            _escape(parts.query, _PATH_SAFE + "?[]"),
            _escape(parts.fragment, _PATH_SAFE + "?[]"),
        )
    )
    return url if len(url) <= MAX_LENGTH else ""


def _escape(text: str, safe: str) -> str:
    """Percent-encodes what an address may not hold; existing escapes stay."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(_UNWANTED.sub("", text), safe=safe))
