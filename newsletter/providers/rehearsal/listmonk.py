"""listmonk's campaigns, lists and subscribers, with the rules of its `core/campaigns.go`."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from newsletter.providers.rehearsal.kit import Call, Rehearsal, Reply

# new state: from which ones
MOVES = {
    "draft": {"scheduled"},
    "scheduled": {"draft", "paused"},
    "running": {"paused", "draft"},
    "paused": {"running"},
    "cancelled": {"running", "paused"},
}
EDITABLE = {"draft", "paused", "scheduled"}
FIELDS = {
    "name", "subject", "lists", "from_email", "type", "content_type", "body", "altbody",
    "messenger", "template_id", "tags", "headers", "send_at",
}  # fmt: skip


class ListmonkRehearsal(Rehearsal):
    """User «vigie», token «jeton»; list 3, bare template 4, template 1 with a pixel."""

    user: ClassVar[str] = "vigie"
    token: ClassVar[str] = "jeton"  # noqa: S105  # of a rehearsal

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.lists = {3: {"id": 3, "name": "Lettre mensuelle"}}
        self.templates = {
            1: '{{ template "content" . }}{{ TrackView }}',
            4: '{{ template "content" . }}',
        }
        self.campaigns: dict[int, dict[str, Any]] = {}
        self.people: dict[int, dict[str, Any]] = {}
        self.sends: list[int] = []  # campaigns that left
        self.tests: list[tuple[int, list[str]]] = []

    def handle(self, call: Call) -> Any:
        """Signs in, then finds the route."""
        wanted = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {wanted}":
            raise Reply(403, {"message": "invalid API credentials"})
        for method, pattern, act in (
            ("GET", r"/api/lists", self._get_lists),
            ("GET", r"/api/templates/(\d+)", self._get_template),
            ("GET", r"/api/campaigns", self._get_campaigns),
            ("POST", r"/api/campaigns", self._post_campaign),
            ("GET", r"/api/campaigns/(\d+)", self._get_campaign),
            ("PUT", r"/api/campaigns/(\d+)", self._put_campaign),
            ("PUT", r"/api/campaigns/(\d+)/status", self._put_status),
            ("POST", r"/api/campaigns/(\d+)/test", self._post_test),
            ("GET", r"/api/subscribers", self._get_people),
            ("POST", r"/api/subscribers", self._post_person),
            ("PUT", r"/api/subscribers/lists", self._put_lists),
        ):
            found = re.fullmatch(pattern, call.path)
            if found and method == call.method:
                return {"data": act(call, *map(int, found.groups()))}
        raise Reply(404, {"message": "not found"})

    def person(self, email: str, status: str = "enabled", on: str = "") -> int:
        """Adds a subscriber, on list 3 with the subscription state `on`."""
        number = len(self.people) + 1
        lists = {3: on} if on else {}
        self.people[number] = {"id": number, "email": email, "status": status, "on": lists}
        return number

    def _page(self, call: Call, rows: list[Any]) -> dict[str, Any]:
        page, size = int(call.query.get("page", 1)), int(call.query.get("per_page", 20))
        return {"results": rows[(page - 1) * size : page * size], "total": len(rows), "page": page}

    def _get_lists(self, call: Call) -> Any:
        def size(number: int) -> int:
            return sum(number in person["on"] for person in self.people.values())

        rows = [one | {"subscriber_count": size(number)} for number, one in self.lists.items()]
        return self._page(call, rows)

    def _get_template(self, call: Call, number: int) -> Any:
        if number not in self.templates:
            raise Reply(400, {"message": "Template not found"})
        return {"id": number, "body": self.templates[number]}

    def _get_campaigns(self, call: Call) -> Any:
        tag = call.query.get("tags")
        rows = [one for one in self.campaigns.values() if not tag or tag in one["tags"]]
        short = call.query.get("no_body") == "true"
        return self._page(call, [{**one, "body": ""} if short else one for one in rows])

    def _fields(self, call: Call) -> dict[str, Any]:
        given = {name: value for name, value in (call.body or {}).items() if name in FIELDS}
        lists = given.get("lists") or []
        if not given.get("subject") or not lists or not set(lists) <= set(self.lists):
            raise Reply(400, {"message": "Invalid campaign fields"})
        at = given.get("send_at")
        if at and datetime.fromisoformat(at) < datetime.now(UTC):
            raise Reply(400, {"message": "`send_at` date should be in the future"})
        if given.get("template_id") not in self.templates:
            raise Reply(400, {"message": "Template not found"})
        return given | {"lists": [{"id": number} for number in lists], "send_at": at}

    def _post_campaign(self, call: Call) -> Any:
        number = len(self.campaigns) + 21
        start = {"id": number, "status": "draft", "to_send": 0, "sent": 0, "bounces": 0}
        self.campaigns[number] = start | self._fields(call)
        return self.campaigns[number]

    def _get_campaign(self, call: Call, number: int) -> dict[str, Any]:
        if number not in self.campaigns:
            raise Reply(400, {"message": "Campaign not found"})
        return self.campaigns[number]

    def _put_campaign(self, call: Call, number: int) -> Any:
        held = self._get_campaign(call, number)
        if held["status"] not in EDITABLE:
            raise Reply(400, {"message": "Cannot update a running or a finished campaign"})
        held |= self._fields(call)
        return held

    def _put_status(self, call: Call, number: int) -> Any:
        held, wanted = self._get_campaign(call, number), str((call.body or {}).get("status"))
        if held["status"] not in MOVES.get(wanted, set()):
            raise Reply(400, {"message": f"Cannot become {wanted}"})
        if wanted == "scheduled" and not held["send_at"]:
            raise Reply(400, {"message": "Campaign needs a `send_at` date to be scheduled"})
        if wanted == "running" and held["send_at"] and held["status"] == "draft":
            wanted = "scheduled"  # listmonk's trap
        held["status"] = wanted
        if wanted == "running":
            self._leave(held)
        return {"id": number, "status": wanted}

    def _leave(self, held: dict[str, Any]) -> None:
        lists = {one["id"] for one in held["lists"]}
        to = [
            person["email"]
            for person in self.people.values()
            if person["status"] == "enabled"
            and any(person["on"].get(number) not in {None, "unsubscribed"} for number in lists)
        ]
        held |= {"to_send": len(to), "sent": len(to)}
        self.sends.append(held["id"])

    def finish(self, number: int) -> None:
        """The last message left."""
        self.campaigns[number]["status"] = "finished"

    def _post_test(self, call: Call, number: int) -> Any:
        self._get_campaign(call, number)
        to = (call.body or {}).get("subscribers") or []
        if not {one["email"] for one in self.people.values()} & set(to):
            raise Reply(400, {"message": "No known subscribers to test"})
        self.tests.append((number, to))
        return True

    def _shown(self, person: dict[str, Any]) -> dict[str, Any]:
        lists = [{"id": n, "subscription_status": s} for n, s in person["on"].items()]
        return {name: person[name] for name in ("id", "email", "status")} | {"lists": lists}

    def _get_people(self, call: Call) -> Any:
        rows, query = list(self.people.values()), call.query
        if "search" in query:
            rows = [one for one in rows if query["search"] in one["email"]]
        if "list_id" in query:
            wanted, number = query.get("subscription_status"), int(query["list_id"])
            rows = [
                one for one in rows if number in one["on"] and wanted in {None, one["on"][number]}
            ]
        return self._page(call, [self._shown(one) for one in rows])

    def _post_person(self, call: Call) -> Any:
        email = (call.body or {}).get("email", "")
        if any(one["email"] == email for one in self.people.values()):
            raise Reply(409, {"message": "E-mail already exists"})
        state = "confirmed" if call.body.get("preconfirm_subscriptions") else "unconfirmed"
        number = self.person(email)
        self.people[number]["on"] = dict.fromkeys(call.body.get("lists") or [], state)
        return self._shown(self.people[number])

    def _put_lists(self, call: Call) -> Any:
        for number in call.body["ids"]:
            for target in call.body["target_list_ids"]:
                on = self.people[number]["on"]
                if call.body["action"] == "unsubscribe":
                    on[target] = "unsubscribed"
                elif call.body["action"] == "add":  # an UPSERT: it would put back whoever left
                    on[target] = call.body.get("status") or "unconfirmed"
                else:
                    on.pop(target, None)
        return True
