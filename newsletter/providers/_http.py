"""The one way adapters speak HTTP: bounded in time, size and number; never repeats anything.

    connection refused, no name, TLS            refused, try later   nothing was written
    429, 425                                    refused, try later   `retry_after` when it is said
    other 4xx, a redirect                       refused for good     with the provider's words
    5xx, lost, late, over-long, unreadable      of a GET: try later; of anything else: in doubt

A connection serves one request: one that the server closed meanwhile would make a write doubtful.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as Urllib3SSLError

from newsletter.exceptions import InDoubt, NotConfigured, ProviderError

LONGEST = 8 * 1024 * 1024  # bytes of an answer: a campaign comes back whole
TIMEOUT = 30.0  # seconds: to connect, between two pieces, and (four times) in all
WORDS = {
    401: "la clé est refusée",
    402: "les crédits sont épuisés",
    403: "la clé n’a pas ce droit",
    404: "introuvable",
    425: "trop tôt",
    429: "trop d’appels",
}


class Budget:
    """At most `calls` in any `seconds`, in this process."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._seconds = calls, seconds
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """One call, or ProviderError with the time until the next is free."""
        now = time.monotonic()
        with self._lock:
            while self._times and self._times[0] <= now - self._seconds:
                self._times.popleft()
            if len(self._times) >= self._calls:
                wait = timedelta(seconds=self._times[0] + self._seconds - now)
                words = f"Plus d’appel libre ({self._calls} en {self._seconds:g} s)."
                raise ProviderError(words, permanent=False, retry_after=wait)
            self._times.append(now)


class Headers(AuthBase):
    """Signs in by headers; being an `auth`, it keeps ~/.netrc out."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


@dataclass(frozen=True)
class Api:
    """A provider's address and how to sign in. `secrets` never show in an error."""

    who: str
    base: str
    auth: AuthBase = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    words: Callable[[Any], str]  # the message in the provider's JSON error
    budget: Budget | None = None
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise NotConfigured(f"L’adresse de {self.who} doit être https://hote, sans compte.")
        if parts.scheme == "http" and not _private(parts.hostname):
            raise NotConfigured(f"L’adresse de {self.who} enverrait la clé en clair : https://.")

    def call(self, method: str, path: str, body: Any = None, **query: str | int) -> Any:
        """The JSON answer (None when it is empty). Raises as the table above says."""
        if self.budget:
            self.budget.take()
        try:
            with requests.Session() as session:
                session.trust_env = not _private(urlsplit(self.base).hostname or "")
                answer = session.request(
                    method, self.base.rstrip("/") + path, params=query, json=body,
                    auth=self.auth, timeout=self.timeout, allow_redirects=False, stream=True,
                )  # fmt: skip
                with closing(answer):
                    data = self._read(answer)
        except (requests.RequestException, OSError) as error:
            if _unsent(error):
                words = f"{self.who} ne peut pas être joint."
                raise ProviderError(words, permanent=False) from None
            raise self._lost(method, "la réponse s’est perdue") from None
        return self._meaning(method, answer, data)

    def _read(self, answer: requests.Response) -> bytes:
        end, data = time.monotonic() + 4 * self.timeout, bytearray()
        for piece in answer.iter_content(65536):
            data += piece
            if len(data) > LONGEST or time.monotonic() > end:
                raise requests.RequestException("too long")
        return bytes(data)

    def _meaning(self, method: str, answer: requests.Response, data: bytes) -> Any:
        code = answer.status_code
        if code >= 500:
            raise self._lost(method, f"erreur {code}", code)
        try:
            value = json.loads(data) if data.strip() else None
        except ValueError:
            if code < 300:
                raise self._lost(method, "réponse illisible", code) from None
            value = None
        if code < 300 or code == 304:  # Mailjet: a PUT that changed nothing
            return value
        words = self._clean(value) or WORDS.get(code, f"réponse {code}")
        if 300 <= code < 400:
            words = f"l’adresse renvoie ailleurs ({code})"
        elif code in WORDS and WORDS[code] not in words:
            words = f"{WORDS[code]} ({words})"
        raise ProviderError(
            f"{self.who} : {words}.", permanent=code not in {425, 429}, code=code,
            retry_after=_wait(answer) if code in {425, 429} else None,
        )  # fmt: skip

    def _clean(self, value: Any) -> str:
        """The provider's own words, printable, short, without our secrets."""
        try:
            text = str(self.words(value) or "")
        except (KeyError, TypeError, IndexError, AttributeError):
            return ""
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "…")
        return "".join(sign if sign.isprintable() else " " for sign in text)[:300].strip(" .")

    def _lost(self, method: str, words: str, code: int = 0) -> ProviderError:
        if method == "GET":
            return ProviderError(f"{self.who} : {words}.", permanent=False, code=code)
        made = InDoubt(f"{self.who} : {words} ; on ne sait pas si la demande a été prise.")
        made.code = code
        return made


def _private(host: str) -> bool:
    """Loopback, or a private address: no proxy, and http is allowed."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_private


def _unsent(error: BaseException) -> bool:
    """Is it proven that no byte of the request was written?"""
    reason: Any = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | Urllib3SSLError)


def _wait(answer: requests.Response) -> timedelta:
    """Retry-After in seconds, Brevo's reset, or a minute; an hour at most."""
    for name in ("Retry-After", "x-sib-ratelimit-reset"):
        said = answer.headers.get(name, "")
        if said.isascii() and said.isdigit():
            return timedelta(seconds=min(int(said[:9]), 3600))
    return timedelta(seconds=60)
