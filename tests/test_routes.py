"""Every address is either for staff, with a declared capability, or in the short public list."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from veille.staff.models import User
from veille.staff.roles import CAPABILITIES, ROLES

# Open without an account: signing in, health, the look, and the readers' pages.
PUBLIC = {
    "staff:sign-in",
    "staff:one-time",
    "veille:centre-css",
    "veille:centre-logo",
    "veille:centre-logo-file",
    "health:alive",
    "health:ready",
}
PUBLIC_NAMESPACES = {"public"}  # readers, and providers at public:webhook: a secret is the right
METHODS = ("get", "post")
ANY_ACCOUNT = {"staff:sign-out", "staff:language"}  # signed in is enough, whatever the role


def routes() -> Iterator[tuple[str, URLPattern, str]]:
    def walk(patterns: list[URLPattern | URLResolver], space: str, path: str) -> Iterator[...]:  # type: ignore[type-arg,misc]
        for pattern in patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or space, here)
            else:
                yield f"{space}:{pattern.name}", pattern, here

    yield from walk(get_resolver().url_patterns, "", "")


ROUTES = {name: (pattern, path) for name, pattern, path in routes()}
STAFF = {
    name
    for name in ROUTES
    if name not in PUBLIC | ANY_ACCOUNT and name.split(":")[0] not in PUBLIC_NAMESPACES
}


def example(path: str) -> str:
    """A path with every parameter filled in; what it names need not exist."""
    filled = "/" + path
    for converter, value in {
        "int": "1",
        "str": "x",
        "slug": "x",
        "path": "x",
        "uuid": "1" * 8,
    }.items():
        while f"<{converter}:" in filled:
            start = filled.index(f"<{converter}:")
            filled = filled[:start] + value + filled[filled.index(">", start) + 1 :]
    return filled


def test_every_route_has_a_name() -> None:
    assert [path for name, (_, path) in ROUTES.items() if name.endswith(":None")] == []


@pytest.mark.parametrize("name", sorted(STAFF))
def test_a_staff_page_names_the_capability_it_asks_for(name: str) -> None:
    capability = getattr(ROUTES[name][0].callback, "capability", None)
    assert capability in CAPABILITIES["administrateur"], f"{name}: decorate it with @requires(…)"


@pytest.mark.parametrize("name", sorted(STAFF | ANY_ACCOUNT))
def test_farid_who_has_no_account_is_sent_to_the_door(name: str, db: None) -> None:
    for method in METHODS:
        answer = getattr(Client(), method)(example(ROUTES[name][1]))
        assert answer.status_code == 302, (name, method)
        assert answer.headers["Location"].startswith("/compte/connexion")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_enters_where_its_capabilities_allow(
    role: str, db: None, as_user: Callable[[User], Client]
) -> None:
    user = User.objects.create_user(f"{role}@centre.example", role)
    client = as_user(user)
    client.raise_request_exception = False
    for name in sorted(STAFF):
        pattern, path = ROUTES[name]
        allowed = pattern.callback.capability in CAPABILITIES[role]
        statuses = [getattr(client, method)(example(path)).status_code for method in METHODS]
        assert max(statuses) < 500, f"{role} {name}: {statuses}"
        if allowed:
            assert 403 not in statuses, f"{role} {name}: {statuses}"
        else:
            assert set(statuses) <= {403, 405}, f"{role} {name}: {statuses}"
            assert 403 in statuses, f"{role} {name}: {statuses}"


def test_every_answer_carries_the_security_headers(db: None) -> None:
    answer = Client().get("/compte/connexion")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_without_its_token_is_refused(amina: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(amina)
    assert client.post("/compte/deconnexion").status_code == 403
