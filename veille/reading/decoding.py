"""Bytes of a feed → text, and text → text an XML parser accepts. Pure.

The byte-order mark decides, then the XML declaration, then the HTTP charset. French feeds are often
mislabelled, so UTF-8 is tried first whenever a Western charset is announced, and a byte that is no
UTF-8 is read as cp1252: a feed wholly in cp1252 and a UTF-8 feed with an excerpt cut inside a
letter both come out right. Charsets that can hide markup (UTF-7…) are refused.
"""

from __future__ import annotations

import codecs
import re

from veille.reading.failures import parse_failure

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (  # «<» and one more character without mark
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_WESTERN = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
_REFUSED = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
_DECLARATION = re.compile(r"^<\?xml\s[^>]{0,300}?\?>\s*")
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF|channel)\b")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_PREAMBLE = 4000  # characters of a PHP warning and the like before the XML


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: the bytes that are no UTF-8, read as cp1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("cp1252", _as_cp1252)


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`; ParseError `empty` or `bad-encoding`."""
    if not body.strip(b"\x00 \t\r\n"):
        raise parse_failure("empty")
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "cp1252" if name == "utf-8" else "replace")
    for shape, name in _SHAPES:
        if body.startswith(shape):
            return body.decode(name, "replace")
    name = _announced(body, content_type)
    if name == "iso8859-15" and not _is_utf8(body):
        return body.decode("iso8859-15")
    if name in _WESTERN:
        return body.decode("utf-8", "cp1252")
    return body.decode(name, "replace")


def _announced(body: bytes, content_type: str) -> str:
    declared = _DECLARED.match(body[:400])
    over_http = _CHARSET.search(content_type)
    for name in (
        declared[1].decode("ascii", "replace") if declared else "",
        over_http[1] if over_http else "",
    ):
        if not name:
            continue
        try:
            codec = codecs.lookup(name)
        except LookupError:
            continue  # an invention; the bytes will tell
        if codec.name in _REFUSED or not getattr(codec, "_is_text_encoding", True):
            raise parse_failure("bad-encoding", name)
        return "utf-8" if codec.name == "utf-8-sig" else codec.name
    return "utf-8"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def as_xml(text: str) -> str:
    """Without what stands before the document, its declaration, and characters XML forbids."""
    text = text.lstrip("\ufeff \t\r\n\x00")
    if not text.startswith("<?xml"):
        start = text.find("<?xml", 0, MAX_PREAMBLE)
        root = _ROOT.search(text, 0, MAX_PREAMBLE)
        if start > 0 and (root is None or start < root.start()):
            text = text[start:]
        elif root is not None and not text.startswith(("<!", "<?")):
            text = text[root.start() :]
    return _NOT_XML.sub("", _DECLARATION.sub("", text, count=1))
