"""An SMTP relay: one connection, one message per recipient, every answer put to its meaning.

The truth table (RFC 5321; what matters is whether the message may have been accepted):

    connect, TLS, AUTH, MAIL refused      broken     nothing handed over; the mailing pauses
    RCPT 5xx                              refused    this recipient only
    4xx anywhere, connection lost before  deferred   proven not accepted; tried again later,
      the final dot                                  same Message-ID
    DATA or final dot 5xx                 broken     the relay refuses the message itself
    250 after the final dot               accepted
    anything else after the final dot     in_doubt   lost, late or unreadable answer: never resent
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from newsletter.exceptions import NotConfigured
from newsletter.points import pass_point
from newsletter.providers import Answer, Capabilities, Outgoing

TIMEOUT = 30.0  # seconds for connecting and for each command
FINAL_TIMEOUT = 600.0  # RFC 5321 4.5.3.2.6: ten minutes for the answer to the final dot
NOT_THE_RECIPIENT = {503, 530, 535}  # 5xx at RCPT that speak of our session, not of the address
EXAMPLE = "smtp://utilisateur:motdepasse@hote:587?starttls=1"


@dataclass(frozen=True, slots=True)
class Settings:
    """VIGIE_SMTP_URL, read."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    implicit_tls: bool
    starttls: bool
    authority: str | None  # a file of certificates, for a relay with its own authority
    hostname: str | None  # said in EHLO
    timeout: float
    final_timeout: float


def settings(options: Mapping[str, Any]) -> Settings:
    """Reads `url`, `hostname`, `timeout`, `final_timeout`. NotConfigured says what is wrong."""
    url = str(options.get("url") or "")
    if not url:
        raise NotConfigured(f"Aucun relais d’envoi : définissez VIGIE_SMTP_URL, par ex. {EXAMPLE}.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotConfigured(f"VIGIE_SMTP_URL est illisible. Exemple : {EXAMPLE}.") from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise NotConfigured(f"VIGIE_SMTP_URL doit commencer par smtp:// ou smtps:// : {EXAMPLE}.")
    query = dict(parse_qsl(parts.query))
    implicit = parts.scheme == "smtps"
    made = Settings(
        host=parts.hostname,
        port=port or (465 if implicit else 587 if parts.username else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=query.get("starttls", "0").lower() in {"1", "true", "oui", "yes"},
        authority=query.get("ca"),
        hostname=options.get("hostname") or None,
        timeout=float(options.get("timeout") or TIMEOUT),
        final_timeout=float(options.get("final_timeout") or FINAL_TIMEOUT),
    )
    local = made.host in {"localhost", "127.0.0.1", "::1"}
    if made.user and not (implicit or made.starttls or local):
        raise NotConfigured(
            "VIGIE_SMTP_URL enverrait le mot de passe en clair : ajoutez ?starttls=1 ou smtps://."
        )
    return made


class _Trouble(Exception):
    """The relay cannot be used: becomes Answer("broken")."""

    def __init__(self, words: str, code: int = 0) -> None:
        super().__init__(words)
        self.code = code


class SmtpRelay:
    """See the table above."""

    name = "smtp"
    label = "Relais SMTP"
    capabilities = Capabilities(per_recipient=True)

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._settings = settings(options)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> SmtpRelay:
        return self

    def __exit__(self, *details: object) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):  # every answer that counts was read
                self._smtp.quit()
            self._drop()

    def carry(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """See `Relay.carry`."""
        try:
            stopped = self._offer_twice(message)
        except _Trouble as trouble:
            self._drop()
            return Answer("broken", trouble.code, str(trouble))
        except smtplib.SMTPException as error:
            self._drop()
            return Answer("deferred", 0, f"connexion perdue avant le contenu ({error})"[:300])
        if stopped is not None:
            self._reset(stopped)
            return stopped
        try:
            before_data()
        except BaseException:
            self._reset(None)
            raise
        answer = self._data(message.data)
        self._reset(answer)
        return answer

    def check(self) -> Sequence[str]:
        """Connects, says EHLO, signs in."""
        try:
            self._connection()
        except _Trouble as trouble:
            return [str(trouble)]
        finally:
            self.__exit__()
        return []

    def _offer_twice(self, message: Outgoing) -> Answer | None:
        """A kept connection may have been closed by the relay meanwhile: one fresh try then."""
        kept = self._smtp is not None
        try:
            return self._offer(message)
        except smtplib.SMTPServerDisconnected:
            if not kept:
                raise
            self._drop()
            return self._offer(message)

    def _offer(self, message: Outgoing) -> Answer | None:
        """MAIL and RCPT; None when the recipient was accepted."""
        smtp = self._connection()
        code, reply = _words(smtp.docmd("MAIL", f"FROM:<{message.sender}>"))
        if code // 100 == 4:
            return Answer("deferred", code, reply)
        if code // 100 != 2:
            return Answer("broken", code, reply)
        code, reply = _words(smtp.docmd("RCPT", f"TO:<{message.recipient}>"))
        if code // 100 == 4:
            return Answer("deferred", code, reply)
        if code // 100 != 2:
            known = code // 100 == 5 and code not in NOT_THE_RECIPIENT
            return Answer("refused" if known else "broken", code, reply)
        return None

    def _data(self, data: bytes) -> Answer:
        assert self._smtp is not None  # noqa: S101  # _offer has just used it
        smtp = self._smtp
        try:
            code, reply = _words(smtp.docmd("DATA"))
            if code != 354:
                return Answer("deferred" if code // 100 == 4 else "broken", code, reply)
            stuffed = data.replace(b"\r\n.", b"\r\n..")
            smtp.send(b"." + stuffed if stuffed.startswith(b".") else stuffed)
        except smtplib.SMTPException as error:  # the final dot never left
            return Answer("deferred", 0, f"connexion perdue avant le point final ({error})"[:300])
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._settings.final_timeout)
            smtp.send(b".\r\n")
            pass_point("after-data")
            code, reply = _words(smtp.getreply())
            if smtp.sock is not None:
                smtp.sock.settimeout(self._settings.timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Answer("in_doubt", 0, f"réponse du relais perdue ({error})"[:300])
        state = {2: "accepted", 4: "deferred", 5: "broken"}.get(code // 100, "in_doubt")
        return Answer(state, max(code, 0), reply)

    def _reset(self, answer: Answer | None) -> None:
        """RSET, so that the connection serves the next message; dropped when it cannot."""
        if self._smtp is None or (answer is not None and answer.state == "accepted"):
            return  # an accepted message leaves nothing to reset (RFC 5321 4.1.1.4)
        if answer is not None and (answer.code == 421 or answer.state in {"in_doubt", "broken"}):
            self._drop()
            return
        try:
            if self._smtp.rset()[0] // 100 != 2:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                raise _Trouble(*_connect_words(error, self._settings)) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        of = self._settings
        context = ssl.create_default_context(cafile=of.authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        smtp: smtplib.SMTP
        if of.implicit_tls:
            smtp = smtplib.SMTP_SSL(
                of.host, of.port, of.hostname, timeout=of.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(of.host, of.port, of.hostname, timeout=of.timeout)
        try:
            if of.starttls:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if of.user:
                smtp.login(of.user, of.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _words(answer: tuple[int, bytes]) -> tuple[int, str]:
    code, reply = answer
    text = reply.decode("utf-8", "replace")
    return code, "".join(sign if sign.isprintable() else " " for sign in text)[:300]


def _connect_words(error: Exception, of: Settings) -> tuple[str, int]:
    """A French sentence for a connection that failed, and the relay's code if it gave one."""
    where = f"{of.host}:{of.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"Le relais {where} refuse l’identifiant ou le mot de passe.", error.smtp_code
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"Le relais {where} ne propose pas ce que VIGIE_SMTP_URL demande ({error}).", 0
    if isinstance(error, smtplib.SMTPResponseException):
        return f"Le relais {where} refuse la connexion ({error.smtp_code}).", error.smtp_code
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Le certificat de {where} n’est pas valable ({error.verify_message}).", 0
    if isinstance(error, ssl.SSLError):
        return f"La connexion chiffrée avec {where} a échoué ({error.reason}).", 0
    if isinstance(error, socket.gaierror):
        return f"Le nom du relais {of.host} est introuvable.", 0
    if isinstance(error, TimeoutError):
        return f"Le relais {where} ne répond pas.", 0
    return f"Le relais {where} ne peut pas être joint ({error}).", 0
