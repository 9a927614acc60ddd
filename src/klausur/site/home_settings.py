"""What a site's ``klausur.toml`` may say, and what the environment may say instead.

Each key of the file has a variable, ``KLAUSUR_SITE_MAIL_HOST`` for ``host`` below ``[mail]``, which counts
before the file; values of a list stand between commas there. ``[[login]]`` stands in the file alone.
docs/reference/settings.md lists them all, and is held equal to this module by a test.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from klausur.base import object_address
from klausur.state.retention import LONGEST

PREFIX = "KLAUSUR_SITE_"
"""With which the variables begin."""

UID = "urn:oasis:names:tc:SAML:attribute:subject-id"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
"""Names of attributes that universities' SAML providers use."""

PROVEN = r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])"
"""Addresses of which it is certain who answers there: by HTTPS, or on this machine."""


class SaidOfMail(Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    """``[mail]``."""

    sender: str
    host: str = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    user: str = ""
    password_file: str = ""
    security: Literal["starttls", "tls", "none"] = "starttls"
    bounces: str = ""
    by: Literal["smtp", "console", "files"] = "smtp"


class SaidOfLogin(Struct, forbid_unknown_fields=True):
    """``[[login]]``."""

    kind: Literal["oidc", "saml"]
    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")]
    name: str
    server: Annotated[str, Meta(pattern=PROVEN)]
    client: str = ""
    secret_file: str = ""
    entity: str = ""
    uid: str = UID
    mail: str = MAIL
    trust_mail: bool = False
    registration: str = ""
    candidates: bool = False
    logout: Annotated[str, Meta(pattern=rf"^$|{PROVEN}")] = ""


class SaidOfPrograms(Struct, forbid_unknown_fields=True):
    """``[programs]``."""

    user: Annotated[str, Meta(min_length=1)]


class SaidOfRetention(Struct, forbid_unknown_fields=True):
    """``[retention]``, in months; 0: nobody says."""

    scans: Annotated[int, Meta(ge=0, le=LONGEST)] = 0
    results: Annotated[int, Meta(ge=0, le=LONGEST)] = 0


class SaidOfMetrics(Struct, forbid_unknown_fields=True):
    """``[metrics]``: without it nothing is counted."""

    token_file: str = ""


class SaidOfLog(Struct, forbid_unknown_fields=True):
    """``[log]``."""

    format: Literal["text", "json"] = "text"


class SaidOfBackup(Struct, forbid_unknown_fields=True):
    """``[backup]``."""

    recipients: tuple[Annotated[str, Meta(pattern=r"^age1[0-9a-z]{20,}$")], ...] = ()


class Said(Struct, forbid_unknown_fields=True):
    """The whole file."""

    name: str = "Klausur"
    address: Annotated[str, Meta(pattern=r"^(https?://[^/]+/?)?$")] = ""
    language: Literal["en", "de"] = "en"
    database: str = ""
    files: str = ""
    cache: str = ""
    upload: Annotated[int, Meta(ge=1)] = 2048
    timezone: str = ""
    proxies: tuple[str, ...] = ()
    mail: SaidOfMail | None = None
    login: tuple[SaidOfLogin, ...] = ()
    programs: SaidOfPrograms | None = None
    retention: SaidOfRetention = msgspec.field(default_factory=SaidOfRetention)
    metrics: SaidOfMetrics | None = None
    log: SaidOfLog = msgspec.field(default_factory=SaidOfLog)
    backup: SaidOfBackup = msgspec.field(default_factory=SaidOfBackup)


TABLES: Mapping[str, type[Struct]] = {
    "": Said,
    "mail": SaidOfMail,
    "programs": SaidOfPrograms,
    "retention": SaidOfRetention,
    "metrics": SaidOfMetrics,
    "log": SaidOfLog,
    "backup": SaidOfBackup,
    "login": SaidOfLogin,
}
"""The tables of the file by their names; the first one is what stands before all others."""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be said.

    Attributes:
        table: below which heading; empty for those before all others.
        name: as the file has it.
        default: what holds where nothing is said; None where it must be said.
        many: whether it is a list.
    """

    table: str
    name: str
    default: object
    many: bool

    @property
    def variable(self) -> str:
        """What it is called in the environment; empty for what stands only in the file."""
        if self.table == "login":
            return ""
        return (PREFIX + (f"{self.table}_" if self.table else "") + self.name).upper()


def keys() -> Iterator[Key]:
    """All that can be said, in the order of the tables."""
    for table, struct in TABLES.items():
        for field in msgspec.structs.fields(struct):
            if struct is not Said or field.encode_name not in TABLES:
                needed = field.default is msgspec.NODEFAULT
                default = None if needed else field.default
                yield Key(table, field.encode_name, default, isinstance(field.default, tuple))


def read(file: Path, environment: Mapping[str, str]) -> Said:
    """What the file says, and the environment instead of it.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no TOML, or one of the two says what is not known or cannot be meant.
    """
    said = tomllib.loads(file.read_text("utf-8"))
    known = {key.variable: key for key in keys() if key.variable}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            raise ValueError(f"the environment says {variable}, which is no setting")
        _put(said, known[variable], value)
    found = msgspec.convert(said, Said)
    for proxy in found.proxies:
        ip_network(proxy)
    if found.files:
        object_address.parsed(found.files)
    return found


def secret_files(said: Said) -> Iterator[str]:
    """The files with passwords and the like that are named, relative to the home or not."""
    for table in (said.mail, said.metrics, *said.login):
        for name in ("password_file", "token_file", "secret_file"):
            file = getattr(table, name, "")
            if file:
                yield file
    if said.files and (file := object_address.parsed(said.files).credentials):
        yield file


def _put(said: dict[str, Any], key: Key, value: str) -> None:
    place = said.setdefault(key.table, {}) if key.table else said
    if not isinstance(place, dict):
        return  # what the file has there is refused for what it is
    if key.many:
        place[key.name] = [each.strip() for each in value.split(",") if each.strip()]
    else:
        place[key.name] = int(value) if isinstance(key.default, int) and value.isdecimal() else value
