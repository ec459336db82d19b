"""One source, asked and parsed. Runs in a thread, so nothing here touches the database."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from veille import kinds
from veille.models import Source
from veille.reading.errors import ReadingError
from veille.reading.types import Fetched, FetchPolicy, ParsedFeed, SourceRef

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What a thread needs to know of a source."""

    source: int
    kind: str
    ref: SourceRef
    body_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended. `parsed` only when `kind` is "fetched"; `fetched` whenever a server answered
    200 or 304.
    """

    source: int
    kind: Literal["fetched", "unchanged", "failed"]
    fetched: Fetched | None = None
    parsed: ParsedFeed | None = None
    body_hash: str = ""
    code: str = ""
    message: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def question(source: Source) -> Question:
    """The question for a stored source."""
    ref = SourceRef(source.url, etag=source.etag, last_modified=source.last_modified)
    return Question(source.pk, source.kind, ref, source.body_hash)


def ask(asked: Question, policy: FetchPolicy) -> Answer:
    """Fetches and parses. Never raises: whatever happens is an Answer."""
    fetched: Fetched | None = None
    try:
        kind = kinds.load(asked.kind)
        fetched = kind.fetch(asked.ref, policy)
        if fetched.not_modified:
            return _answer(asked, "unchanged", fetched)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if digest == asked.body_hash:  # stored only once its items were: nothing can be missed
            return _answer(asked, "unchanged", fetched, body_hash=digest)
        return _answer(asked, "fetched", fetched, parsed=kind.parse(fetched), body_hash=digest)
    except ReadingError as error:
        status = error.status or (fetched.status if fetched else None)
        headers = error.headers or (fetched.headers if fetched else {})
        return Answer(
            asked.source, "failed", None, code=error.code, message=str(error), status=status,
            headers=headers,
        )  # fmt: skip
    except Exception:  # the rule: one bad source never spoils a run
        return unexpected(asked.source)


def _answer(
    asked: Question, kind: Literal["fetched", "unchanged"], fetched: Fetched,
    parsed: ParsedFeed | None = None, body_hash: str = "",
) -> Answer:  # fmt: skip
    return Answer(
        asked.source, kind, fetched, parsed, body_hash, status=fetched.status,
        headers=fetched.headers,
    )  # fmt: skip


def unexpected(source: int) -> Answer:
    """The answer for the exception being handled; the traceback goes to the log."""
    reference = secrets.token_hex(4)
    log.exception("source %s: unexpected error, reference %s", source, reference)
    message = (
        "Vigie n’a pas su traiter cette source (erreur interne, référence "
        f"{reference}). Rien n’est perdu, elle sera réessayée ; si cela dure, transmettez la "
        "référence à la personne qui administre Vigie."
    )
    return Answer(source, "failed", code="unexpected", message=message)
