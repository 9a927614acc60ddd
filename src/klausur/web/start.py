"""Getting Django ready for a site: before anything imports a module with models."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

from klausur.base.errors import NotFoundError, UsageError
from klausur.exam.evidence import confined
from klausur.site.home import SETTINGS, Home, read
from klausur.web import words


def start(home: Home) -> None:
    """Configure Django for this home, and bring the site's own database up to date.

    Raises:
        RuntimeError: Django was configured for something else before, or for another home.
    """
    if settings.configured:
        if getattr(settings, "KLAUSUR_HOME", None) != home:
            raise RuntimeError("Django is configured already: start the site before anything else")
        return
    from klausur.web import settings as ours  # noqa: PLC0415 - only who runs a site reads them

    if home.single is None:
        os.environ["XDG_STATE_HOME"] = str(
            home.root / "state"
        )  # what its administrators trust, and no other user
    if home.database:
        os.environ.setdefault("KLAUSUR_DATABASE", home.database)  # for the records of its exams
    if home.object_store:
        os.environ.setdefault("KLAUSUR_FILES", home.object_store)  # for the scans of its exams, too
        os.environ.setdefault("KLAUSUR_CACHE", str(home.cache or home.working / "scans"))
    if home.programs:
        os.environ[confined.USER] = home.programs
    options: dict[str, Any] = {name: getattr(ours, name) for name in dir(ours) if name.isupper()}
    settings.configure(**(options | _of(home)))
    django.setup()
    connect(home)


def connect(home: Home) -> None:
    """Say where the site's own database is."""
    from django.db import connections  # noqa: PLC0415 - Django is ready now

    from klausur.store import server, sqlite  # noqa: PLC0415 - the same

    where = server.settings(home.database) if home.database else sqlite.database(home.site_database).settings
    connections["default"].close()
    del connections["default"]
    connections.settings = {**connections.settings, **connections.configure_settings({"default": where})}


def bring_up_to_date() -> None:
    """Make the site's tables, or bring them to the form that this Klausur knows.

    Raises:
        RefusedError: a newer one wrote them.
    """
    from klausur.site import upgrade  # noqa: PLC0415 - Django is ready now

    upgrade.bring_up_to_date()


def _of(home: Home) -> dict[str, Any]:
    host = urlsplit(home.address).hostname or "127.0.0.1"
    mail: dict[str, Any] = {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if home.mail is not None:
        backends = {"smtp": "smtp", "console": "console", "files": "filebased"}
        mail = {
            "EMAIL_BACKEND": f"django.core.mail.backends.{backends[home.mail.by]}.EmailBackend",
            "EMAIL_FILE_PATH": home.mails,
            "EMAIL_HOST": home.mail.host,
            "EMAIL_PORT": home.mail.port,
            "EMAIL_HOST_USER": home.mail.user,
            "EMAIL_HOST_PASSWORD": home.mail.password,
            "EMAIL_USE_TLS": home.mail.security == "starttls",
            "EMAIL_USE_SSL": home.mail.security == "tls",
            "EMAIL_TIMEOUT": 20,
            "DEFAULT_FROM_EMAIL": home.mail.sender,
        }
    return {
        **single_sign_on(home),
        "KLAUSUR_HOME": home,
        "CACHES": {  # allauth counts wrong passwords there, for all processes together
            "default": {
                "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
                "LOCATION": home.working / "counted",
                "OPTIONS": {"MAX_ENTRIES": 10_000},
            }
        },
        "SECRET_KEY": home.secret(),
        "LANGUAGE_CODE": home.language,
        "TIME_ZONE": home.timezone or "UTC",
        "LOCALE_PATHS": [words.compiled(home.files / "words")],
        "ALLOWED_HOSTS": [host, *home.hosts, "127.0.0.1", "localhost", "[::1]"],
        "CSRF_TRUSTED_ORIGINS": [home.address],
        "SESSION_COOKIE_SECURE": home.secure,
        "CSRF_COOKIE_SECURE": home.secure,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if home.secure else None,
        **mail,
    }


def single_sign_on(home: Home) -> dict[str, Any]:
    """The providers by which people log in; whom they let in here says `klausur.web.accounts.adapter`."""
    from klausur.web import settings as ours  # noqa: PLC0415 - only who runs a site reads them

    found: dict[str, Any] = {}
    apps = list(ours.INSTALLED_APPS)
    for each in home.logins:
        kind = "openid_connect" if each.kind == "oidc" else "saml"
        trusted = {"verified_email": each.trust_mail}
        if each.kind == "oidc":
            app = {
                "provider_id": each.id,
                "name": each.name,
                "client_id": each.client,
                "secret": each.secret,
                "settings": {"server_url": each.server, "oauth_pkce_enabled": True, **trusted},
            }
        else:
            mapping = {"uid": each.uid, "email": each.mail}
            idp = {"entity_id": each.entity, "metadata_url": each.server}
            app = {
                "provider_id": each.entity,
                "name": each.name,
                "client_id": each.id,
                "settings": {"attribute_mapping": mapping, "idp": idp, **trusted},
            }
            if "allauth.socialaccount.providers.saml" not in apps:
                apps.append("allauth.socialaccount.providers.saml")
        found.setdefault(kind, {"APPS": []})["APPS"].append(app)
    return {"SOCIALACCOUNT_PROVIDERS": found, "INSTALLED_APPS": apps}


HOME = "KLAUSUR_HOME"
SINGLE = "KLAUSUR_EXAM"
ADDRESS = "KLAUSUR_ADDRESS"
HOSTS = "KLAUSUR_HOSTS"


def tell(home: Home) -> None:
    """Say in the environment which site this is and where it is found, for processes that are started."""
    os.environ.update({HOME: str(home.root), ADDRESS: home.address, HOSTS: ",".join(home.hosts)})
    if home.single is not None:
        os.environ[SINGLE] = str(home.single)


def from_environment() -> None:
    """Start the site that the environment names (`tell`).

    Raises:
        UsageError: none is named.
    """
    named = os.environ.get(HOME)
    if not named:
        raise UsageError(f"{HOME} names no home of a site", "start it by 'klausur serve'")
    single, hosts = os.environ.get(SINGLE), os.environ.get(HOSTS)
    home = read(Path(named))
    start(
        replace(
            home,
            single=Path(single) if single else None,
            address=os.environ.get(ADDRESS) or home.address,
            hosts=tuple(hosts.split(",")) if hosts else (),
        )
    )


def for_work(root: Path | None) -> None:
    """Start the site of a home, or of the one that the environment names, for who works beside its server.

    Raises:
        UsageError: no home is named.
        NotFoundError: it is none, or was never served.
    """
    if root is not None and os.environ.get(HOME) != str(root.absolute()):
        os.environ[HOME] = str(root.absolute())
        for said in (SINGLE, ADDRESS, HOSTS):
            os.environ.pop(said, None)
    home = Path(os.environ.get(HOME, ""))
    if os.environ.get(HOME) and not (home / SETTINGS).is_file():
        raise NotFoundError(f"{home} is no home of a site", "name the folder that 'klausur serve' was given")
    from_environment()
    from django.db import connection  # noqa: PLC0415 - Django is ready now

    if "site_job" not in connection.introspection.table_names():
        raise NotFoundError(f"{home} was never served", f"run 'klausur serve {home}' first")
