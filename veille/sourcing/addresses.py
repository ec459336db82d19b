"""Addresses of sources: cleaned as typed, checked without any request, compared."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from veille.exceptions import BadInput
from veille.models import Source

LONGEST = 2000  # Source.url
PORTS = {"http": 80, "https": 443}


def clean(url: str) -> str:
    """The address to keep: spaces trimmed, `feed:` undone, a missing scheme read as https.

    Raises BadInput (where="url") for what is no web address. Makes no request: whether the address
    may be reached (private network, port) is decided when it is read.
    """
    text = "".join(url.splitlines()).strip()  # mails and documents break long addresses
    if text.lower().startswith("feed:"):
        text = text[5:]
        text = f"http:{text}" if text.startswith("//") else text
    if text and "://" not in text and not text.startswith(("mailto:", "javascript:", "data:")):
        text = f"https://{text}" if " " not in text else text
    text = text.replace(" ", "%20")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadInput(f"« {url[:80]} » n’est pas une adresse web.", where="url") from error
    if parts.scheme.lower() not in PORTS or not host or parts.username or parts.password:
        raise BadInput(
            f"« {url[:80]} » n’est pas une adresse web : écrivez http://… ou https://…, "
            "sans identifiant ni mot de passe.",
            where="url",
        )
    if "." not in host and ":" not in host and host != "localhost":
        raise BadInput(f"« {url[:80]} » : « {host} » n’est pas un nom de site.", where="url")
    if len(text) > LONGEST:
        raise BadInput(f"Cette adresse dépasse {LONGEST} signes.", where="url")
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path, parts.query, ""))


def key(url: str) -> str:
    """What two addresses of one source have in common: case of the host, http or https, the
    default port, a final slash and the fragment do not tell sources apart.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in {None, *PORTS.values()} else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def holder(url: str, *, but: int | None = None) -> Source | None:
    """The source that already has this address (also one that was removed), or None."""
    wanted = key(url)
    rows = Source.objects.exclude(url="").values_list("pk", "url")
    for pk, known in rows.iterator():
        if pk != but and key(known) == wanted:
            return Source.objects.get(pk=pk)
    return None
