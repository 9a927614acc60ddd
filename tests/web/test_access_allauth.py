"""The addresses of django-allauth, each as nobody and as people: who may come is what this table says."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.test_access import METHODS

from klausur.site.models import Person

OTHERS = ("grace@example.org", "Grace Example")

KINDS = {
    "people": (
        *("account_reauthenticate", "account_request_reauthentication_code"),
        *("account_confirm_reauthentication_code", "account_change_password", "account_set_password"),
        *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        *("account_email", "socialaccount_connections"),
    ),
    "nobody": ("account_login", "account_signup"),
    "step": ("account_confirm_login_code", "mfa_authenticate", "socialaccount_signup"),
    "all": (
        *("account_logout", "account_inactive", "account_email_verification_sent", "account_confirm_email"),
        *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
        *("account_reset_password_from_key_done", "socialaccount_login_cancelled"),
        "socialaccount_login_error",
    ),
    "elsewhere": ("openid_connect_login", "openid_connect_callback"),
    "moved": ("social/login/cancelled/", "social/login/error/", "social/signup/", "social/connections/"),
}
"""Addresses by name, or as they are written, by whose they are:

people, who are logged in; nobody else is shown anything. nobody, who is not logged in yet; others go on to
the start page. step of a login, which goes back to its beginning where none is under way. all: they say what
happened, and know no one. elsewhere: another place to log in, which this site has not. moved: elsewhere now.
"""


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        elif route.startswith("accounts/") and not hasattr(each.callback, "access"):
            assert isinstance(each, URLPattern)
            yield route, each


def addresses() -> dict[str, str]:
    """Each with its kind; ours stand before those of allauth that they replace."""
    of = {name: kind for kind, names in KINDS.items() for name in names}
    found = {}
    for route, each in routes(get_resolver()):
        path = re.sub(r"\(\?P<\w+>(?:\[[^]]*\]|.)\+\)", "x", route.replace("^", "").replace("$", ""))
        name = each.name or route.removeprefix("accounts/")
        assert name in of, f"{route} ({name}) is in no row of the table"
        found["/" + path] = of[name]
    assert set(of) == {each.name or route.removeprefix("accounts/") for route, each in routes(get_resolver())}
    return found


@pytest.fixture
def ada() -> Person:
    Person.objects.create_user(*OTHERS)
    return Person.objects.create_user("ada@example.org", "Ada Example", "seven green apples")


def as_it_is(kind: str, status: int, to: str, *, known: bool) -> bool:
    """Whether an address of this kind may answer so: with this status, or by where one is sent."""
    match kind:
        case "people":
            asked = to.startswith("/accounts/login/?next=")
            return not to.startswith("/accounts/login/") if known else asked or status == 405
        case "nobody":
            return to == "/" if known else status in {200, 405}
        case "step":
            return to in ({"/", "/accounts/login/"} if known else {"/accounts/login/"})
        case "all":
            return status in {200, 401, 404, 405} or to == "/"
        case "elsewhere":
            return status in {404, 405}
    return status == 301


@pytest.mark.parametrize("who", ["nobody", "a person", "an administrator"])
def test_who_may_come_where(ada: Person, who: str) -> None:
    Person.objects.filter(pk=ada.pk).update(administrator=who == "an administrator")
    known = who != "nobody"
    for path, kind in addresses().items():
        for method in METHODS:
            client = Client(raise_request_exception=False)
            if known:
                client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
            answer = client.generic(method, path)
            status, to = answer.status_code, answer.headers.get("Location", "")
            said = f"{method} {path} as {who}: {status} {to}"
            assert status < 500, said
            assert not any(text in answer.content.decode() for text in OTHERS), said
            assert as_it_is(kind, status, to, known=known), said


def test_who_logs_out_by_a_link_is_asked_first(ada: Person) -> None:
    client = Client()
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/3rdparty/signup/"])
def test_nobody_signs_up_of_themselves(path: str) -> None:
    given = {"email": "eve@example.org", "password1": "seven green apples", "name": "Eve"}
    Client().post(path, given)
    assert not Person.objects.exists()
