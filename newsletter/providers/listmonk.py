"""listmonk, installed by the centre or its host. API: its own OpenAPI description, and its code.

Traps: «running» asked while `send_at` is set stores «scheduled»; the body is a Go template; an
update replaces every field; a campaign's template may add a pixel, so only a bare one is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from requests.auth import HTTPBasicAuth

from newsletter.addresses import normalise
from newsletter.exceptions import InDoubt, NotConfigured, ProviderError
from newsletter.letter import Address
from newsletter.providers import Capabilities
from newsletter.providers._http import TIMEOUT, Api
from newsletter.providers.campaign import (
    Audience,
    Contacts,
    Draft,
    State,
    Statistics,
    confirm,
    filled,
    on_grid,
)

OPENINGS = ("{{", "@TrackLink")
BARE = re.compile(r'\s*\{\{-?\s*template\s+"content"\s+\.\s*-?\}\}\s*')
STATES: Final[Mapping[str, State]] = {
    "draft": "draft", "scheduled": "scheduled", "running": "sending", "paused": "paused",
    "finished": "sent", "cancelled": "cancelled",
}  # fmt: skip
PAGE = 1000


class Listmonk:
    """Options: `url`, `user`, `token`, `template` (number of the bare template)."""

    name = "listmonk"
    label = "listmonk"
    capabilities = Capabilities(campaigns=True, schedule=True)
    grid = 1

    def __init__(self, options: Mapping[str, Any]) -> None:
        user, token = str(options.get("user") or ""), str(options.get("token") or "")
        if not options.get("url") or not user or not token:
            raise NotConfigured("listmonk : indiquez l’adresse, l’utilisateur d’API et son jeton.")
        if not str(options.get("template") or "").isdigit():
            raise NotConfigured("listmonk : indiquez le numéro du modèle nu (voir la page d’aide).")
        self._template = int(options["template"])
        self._api = Api(
            "listmonk", str(options["url"]).rstrip("/") + "/api", HTTPBasicAuth(user, token),
            (token,), lambda error: error["message"],
            timeout=float(options.get("timeout") or TIMEOUT),
        )  # fmt: skip

    def _data(self, method: str, path: str, body: Any = None, **query: str | int) -> Any:
        answer = self._api.call(method, path, body, **query)
        if not isinstance(answer, dict) or "data" not in answer:
            raise self._api._lost(method, "réponse illisible")
        return answer["data"]

    def check(self) -> Sequence[str]:
        """Address and key (lists are read), then the template."""
        try:
            if not self.audiences():
                return ["listmonk n’a aucune liste : créez celle de la lettre."]
            return self._template_trouble()
        except ProviderError as error:
            return [str(error)]

    def _template_trouble(self) -> list[str]:
        try:
            body = str(self._data("GET", f"/templates/{self._template}")["body"])
        except ProviderError as error:
            if error.code not in {400, 404}:
                raise
            return [f"Le modèle {self._template} n’existe pas dans listmonk."]
        if BARE.fullmatch(body):
            return []
        return [
            f"Le modèle {self._template} ajoute du contenu ou un pixel : il doit contenir "
            'seulement {{ template "content" . }}.'
        ]

    def audiences(self) -> Sequence[Audience]:
        """All lists."""
        rows = self._rows("/lists")
        return [
            Audience(str(r["id"]), r["name"], int(r.get("subscriber_count") or 0)) for r in rows
        ]

    def _rows(self, path: str, **query: str | int) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            data = self._data("GET", path, page=page, per_page=PAGE, **query)
            yield from data["results"] or []
            if page * PAGE >= int(data["total"]):
                return
            page += 1

    def push(self, draft: Draft) -> str:
        """Look up, make or update, read back. A lost answer is followed by a look, never a POST."""
        ref = self._find(draft.key)
        if ref is None:
            ref = self._create(draft)
        elif self.status(ref) == "draft":
            self._update(ref, draft)
        confirm(self, ref, draft)
        return ref

    def _create(self, draft: Draft) -> str:
        try:
            return str(self._data("POST", "/campaigns", self._fields(draft))["id"])
        except InDoubt:
            found = self._find(draft.key)
            if found is None:
                raise
            return found

    def _update(self, ref: str, draft: Draft, at: datetime | None = None) -> None:
        """Writes every field; whether it was taken is read back by the caller."""
        fields = self._fields(draft) | {"send_at": at and at.astimezone(UTC).isoformat()}
        try:
            self._data("PUT", f"/campaigns/{ref}", fields)
        except InDoubt:
            if self.differences(ref, draft) or _instant(self._campaign(ref)) != at:
                raise

    def _find(self, key: str) -> str | None:
        rows = self._rows("/campaigns", tags=key, no_body="true")
        found = [str(row["id"]) for row in rows if key in (row.get("tags") or [])]
        if len(found) > 1:
            words = f"Plusieurs campagnes listmonk portent la marque {key} : n’en gardez qu’une."
            raise ProviderError(words, permanent=True)
        return found[0] if found else None

    def _fields(self, draft: Draft) -> dict[str, Any]:
        if not draft.audience.isdigit():
            raise ProviderError("La liste listmonk est un numéro.", permanent=True)
        html, text = filled(draft, OPENINGS, "{{ UnsubscribeURL }}", "{{ ManageURL }}")
        subject = draft.letter.subject.replace("{{", "{\u2060{")
        return {
            "name": draft.name, "subject": subject, "lists": [int(draft.audience)],
            "from_email": _mailbox(draft.sender), "type": "regular", "content_type": "html",
            "body": html, "altbody": text, "messenger": "email", "template_id": self._template,
            "tags": [draft.key], "headers": [{"Reply-To": normalise(draft.reply_to)}],
        }  # fmt: skip

    def _campaign(self, ref: str) -> dict[str, Any]:
        data: dict[str, Any] = self._data("GET", f"/campaigns/{ref}")
        return data

    def differences(self, ref: str, draft: Draft) -> Sequence[str]:
        """Field by field, and the template's own content."""
        held, wanted = self._campaign(ref), self._fields(draft)
        held = held | {"lists": sorted(one["id"] for one in held.get("lists") or [])}
        names = {
            "subject": "objet", "body": "contenu", "altbody": "texte", "lists": "liste",
            "from_email": "expéditeur", "headers": "adresse de réponse", "type": "type",
            "content_type": "format", "template_id": "modèle", "messenger": "canal",
        }  # fmt: skip
        found = [word for name, word in names.items() if held.get(name) != wanted[name]]
        return found + (["contenu du modèle"] if self._template_trouble() else [])

    def test(self, ref: str, draft: Draft, to: Sequence[str]) -> None:
        """listmonk sends tests only to addresses it has as subscribers."""
        confirm(self, ref, draft)
        addresses = [normalise(one) for one in to]
        body = self._fields(draft) | {"subscribers": addresses}
        self._data("POST", f"/campaigns/{ref}/test", body)

    def schedule(self, ref: str, draft: Draft, at: datetime) -> None:
        """`send_at`, then the state; both are read back after a lost answer."""
        on_grid(at, self.grid)
        if self.status(ref) != "draft":
            raise ProviderError("Cette campagne n’est plus un brouillon.", permanent=True)
        confirm(self, ref, draft)
        self._update(ref, draft, at)
        self._become(ref, "scheduled", {"scheduled"})
        held = self._campaign(ref)
        if _instant(held) != at or self.differences(ref, draft):
            self.cancel(ref)
            words = "listmonk n’a pas retenu l’heure ou le contenu : rien n’est programmé."
            raise ProviderError(words, permanent=True)

    def send(self, ref: str, draft: Draft) -> None:
        """Only from a draft without an hour, equal to what was approved."""
        held = self._campaign(ref)
        if STATES.get(held["status"]) in {"sending", "sent"}:
            return
        if held["status"] != "draft":
            raise ProviderError("Cette campagne n’est plus un brouillon.", permanent=True)
        if held.get("send_at"):
            self._update(ref, draft)
        confirm(self, ref, draft)
        self._become(ref, "running", {"sending", "sent"})

    def _become(self, ref: str, status: str, reached: set[State]) -> None:
        """One PUT; after a lost answer the state is read, nothing is asked twice."""
        try:
            self._data("PUT", f"/campaigns/{ref}/status", {"status": status})
        except InDoubt:
            if self.status(ref) not in reached:
                raise

    def cancel(self, ref: str) -> None:
        """Scheduled → draft, running or paused → cancelled; a draft stays one."""
        state = self.status(ref)
        if state == "scheduled":
            self._become(ref, "draft", {"draft"})
        elif state in {"sending", "paused"}:
            self._become(ref, "cancelled", {"cancelled"})
        elif state == "sent":
            raise ProviderError("Tout est parti : il n’y a rien à annuler.", permanent=True)

    def status(self, ref: str) -> State:
        """As listmonk says; ProviderError for a word we do not know."""
        said = str(self._campaign(ref).get("status"))
        if said not in STATES:
            raise ProviderError(f"listmonk : état inconnu « {said} ».", permanent=True)
        return STATES[said]

    def statistics(self, ref: str) -> Statistics:
        """Counts of the campaign; views and clicks are not read."""
        held = self._campaign(ref)
        counts = [int(held.get(name) or 0) for name in ("to_send", "sent", "bounces")]
        return Statistics(*counts)

    def add(self, audience: str, contacts: Iterable[Address]) -> Contacts:
        """Made when unknown; put on the list when known and never there; else left alone."""
        counts = {"added": 0, "already": 0, "left": 0}
        for contact in contacts:
            counts[self._add(int(audience), contact)] += 1
        return Contacts(**counts)

    def _add(self, audience: int, contact: Address) -> str:
        address = normalise(contact.email)
        known = self._subscriber(address)
        if known is None:
            fields = {
                "email": address, "name": contact.name or address, "status": "enabled",
                "lists": [audience], "preconfirm_subscriptions": True,
            }  # fmt: skip
            self._data("POST", "/subscribers", fields)
            return "added"
        on = {one["id"]: one.get("subscription_status") for one in known.get("lists") or []}
        if known["status"] != "enabled" or on.get(audience) == "unsubscribed":
            return "left"
        if audience in on:
            return "already"
        self._data("PUT", "/subscribers/lists", _on_list(known, audience, "add", "confirmed"))
        return "added"

    def _subscriber(self, address: str) -> dict[str, Any] | None:
        for row in self._rows("/subscribers", search=address):
            if str(row["email"]).lower() == address:
                return row
        return None

    def leave(self, audience: str, addresses: Iterable[str]) -> int:
        """One change each; unknown addresses are passed over."""
        known = [found for one in addresses if (found := self._subscriber(normalise(one)))]
        for one in known:
            self._data("PUT", "/subscribers/lists", _on_list(one, int(audience), "unsubscribe"))
        return len(known)

    def left(self, audience: str) -> Sequence[str]:
        """Unsubscribed from this list."""
        query = {"list_id": audience, "subscription_status": "unsubscribed"}
        return [str(row["email"]).lower() for row in self._rows("/subscribers", **query)]


def _on_list(row: Mapping[str, Any], audience: int, action: str, status: str = "") -> Any:
    body = {"ids": [row["id"]], "action": action, "target_list_ids": [audience]}
    return body | ({"status": status} if status else {})


def _mailbox(of: Address) -> str:
    name = re.sub(r'[\x00-\x1f\x7f"<>\\{}]', " ", of.name)
    return f"{' '.join(name.split())} <{normalise(of.email)}>".strip()


def _instant(held: Mapping[str, Any]) -> datetime | None:
    said = held.get("send_at")
    return datetime.fromisoformat(str(said)) if said else None
