"""A site's home: the folder with its settings, its own database, its files and the exams.

    HOME/
        klausur.toml     what the site is called, its address, language, database and mail
        site.sqlite3     its own database, unless klausur.toml names one on a PostgreSQL server
        secret           what sessions are signed with, for the owner's eyes only (mode 0600)
        exams/           the exam folders
        files/           uploads, pictures of pages, papers to download
        mails/           mail on trial, where klausur.toml says that it is written into files
        working/         what workers need only while they are at a job, and what servers count

What its settings may say stands in `klausur.site.home_settings`. Nothing here imports Django, whose settings
are made of it.
"""

import os
import secrets
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from klausur.base.alone import alone
from klausur.base.errors import UsageError
from klausur.base.mail_address import is_address
from klausur.site import home_settings
from klausur.site.home_settings import MAIL, UID, SaidOfLogin, SaidOfMail
from klausur.state.retention import NOBODY_SAID, RetentionTerms

SETTINGS = "klausur.toml"
_WRITTEN = """\
# What this site is called, and where people find it.
name = "Klausur"
# address = "https://exams.example.org"     if it is not where the server listens: behind a proxy
# language = "de"            of people who have not chosen one: en or de
# upload = 2048              MiB that one uploaded file may have
# database = "postgresql://user@host/database"      for the site and its exams; SQLite files if there is none
# timezone = "Europe/Berlin"     of times on pages; by default the machine's
# proxies = ["10.0.0.0/8"]   networks of reverse proxies on other machines, whose X-Forwarded-For is believed
# [mail]                     without it, invitations are links to hand on
# host = "smtp.example.org"
# port = 587
# security = "starttls"      or "tls", or "none" without a password, for a relay in the same house
# user = "klausur"
# password_file = "mail-password"
# from = "Exams <klausur@example.org>"
# bounces = "klausur-bounces@example.org"     where mail comes back that cannot be delivered, if not to from
# by = "smtp"                for trials: "console" writes mail to the terminal, "files" into mails/
# [retention]                how long data of exams are kept of which nobody has said it, in months
# scans = 12
# results = 60
# [[login]]                  another place to log in, for people who have an account here
# kind = "oidc"              or "saml", with entity and server = the address of its metadata
# id = "campus"
# name = "Campus login"
# server = "https://login.example.org/realms/campus"
# client = "klausur"
# secret_file = "campus-secret"
# trust_mail = true          it gives people their mail addresses itself; they cannot write in what they like
# registration = "matriculation_number"     what it calls the registration number that it says of its people
# candidates = true          who comes by it and is on a list of candidates gets an account
# logout = "https://login.example.org/logout"     its own page for logging out, which people are shown
# [programs]
# user = "klausur-programs"  who exams' programs run as, if the site runs as root; else nobody
# [log]
# format = "json"            what is logged is a JSON object a line; else text
# [metrics]                  figures for Prometheus below /metrics, for this machine, or for who has the token
# token_file = "metrics-token"
# [backup]
# recipients = ["age1..."]   the public keys that backups are encrypted to: klausur backup --new-key FILE
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """How the site sends mail.

    Attributes:
        host, port: the mail server.
        sender: whose mail it is, as ``Exams <klausur@example.org>``.
        user, password: by which the server lets the site in.
        security: "starttls", "tls" from the first byte on, or "none".
        bounces: where mail comes back to that cannot be delivered; empty if that is the sender.
        by: "smtp", or for trials "console" (the terminal) or "files".
    """

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"
    bounces: str = ""
    by: Literal["smtp", "console", "files"] = "smtp"


@dataclass(frozen=True, slots=True)
class Login:
    """Another place where people may log in: OpenID Connect (``oidc``) or SAML.

    Attributes:
        kind: "oidc" or "saml".
        id: what it is called in addresses.
        name: what people see on the button.
        server: the address of the OIDC server, or of the SAML provider's metadata.
        client: who we are there; ``secret`` proves it. OIDC alone.
        entity: the SAML provider's entity id; ``uid`` and ``mail`` are the names of its attributes.
        trust_mail: the mail addresses that it names are its people's, also where it does not say so.
        registration: under what name it says somebody's registration number; empty if it says none.
        candidates: who comes by it and is on a list of candidates gets an account.
        logout: the address of its own page for logging out; empty if it is not known.
    """

    kind: Literal["oidc", "saml"]
    id: str
    name: str
    server: str
    client: str = ""
    secret: str = field(default="", repr=False)
    entity: str = ""
    uid: str = UID
    mail: str = MAIL
    trust_mail: bool = False
    registration: str = ""
    candidates: bool = False
    logout: str = ""

    @property
    def provider(self) -> str:
        """What a login by it is called in a session."""
        return self.id if self.kind == "oidc" else self.entity


@dataclass(frozen=True, slots=True)
class Home:
    """A site's home and what its ``klausur.toml`` says.

    Attributes:
        root: the folder.
        name: what the site is called.
        address: where people find it, with scheme and without a slash at the end; empty if that is where
            the server listens.
        hosts: what else people may call it.
        language: of pages for people who have not chosen one.
        database: the address of a PostgreSQL server, or empty for SQLite files.
        object_store: the address of an object store for files, or empty for folders.
        cache: where copies of what is in it lie on this machine; None: in the home.
        timezone: of times on pages, as ``Europe/Berlin``.
        mail: how mail is sent, or None if it is not.
        logins: other places where people may log in.
        retention: how long data of exams are kept of which nobody has said it.
        programs: the user that authors' programs run as; empty if none is named.
        proxies: networks from which ``X-Forwarded-For`` is believed, beside this machine itself.
        metrics: what who asks for figures must show; empty where this machine alone may, None where they are
            not counted.
        json_log: whether what is logged is JSON.
        recipients: the public keys that backups are encrypted to.
        secret_files: the files with passwords and the like that the settings name.
        upload: the most bytes that one uploaded file may have.
        single: the one exam folder that is served without any set-up, or None.
    """

    root: Path
    name: str = "Klausur"
    address: str = ""
    hosts: tuple[str, ...] = ()
    language: str = "en"
    database: str = ""
    object_store: str = ""
    cache: Path | None = None
    timezone: str = ""
    mail: Mail | None = None
    logins: tuple[Login, ...] = ()
    single: Path | None = None
    upload: int = 2048 << 20
    programs: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    metrics: str | None = field(default=None, repr=False)
    json_log: bool = False
    recipients: tuple[str, ...] = ()
    secret_files: tuple[Path, ...] = ()
    retention: RetentionTerms = NOBODY_SAID

    @property
    def site_database(self) -> Path:
        """The SQLite file of the site's own database."""
        return self.root / "site.sqlite3"

    @property
    def exams(self) -> Path:
        """The exam folders."""
        return self.root / "exams"

    @property
    def files(self) -> Path:
        """Where files lie that are no exam's source and no exam's record."""
        return self.root / "files"

    @property
    def working(self) -> Path:
        """Where workers have what they need only while they are at a job."""
        return self.root / "working"

    @property
    def limits(self) -> Path:
        """The file in which the server's processes count together how often something was done."""
        return self.working / "limits.sqlite"

    @property
    def mails(self) -> Path:
        """Where mails lie that are written into files, for trials."""
        return self.root / "mails"

    @property
    def secure(self) -> bool:
        """Whether people reach the site by HTTPS alone."""
        return self.address.startswith("https://")

    def secret(self) -> str:
        """What sessions and links are signed with; made when it is first asked for, by one process alone."""
        path = self.root / "secret"
        if not path.exists():
            with alone(self.root):
                if not path.exists():
                    part = path.with_suffix(".part")
                    part.touch(mode=0o600)
                    part.write_text(secrets.token_urlsafe(48), "ascii")
                    part.replace(path)
        return path.read_text("ascii")

    def folder(self, named: str) -> Path:
        """The exam folder that a row names."""
        return self.exams / named  # an absolute one stays what it is


def make(root: Path) -> bool:
    """Make a home, as far as it is not there, for its owner alone; whether its settings are new."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in ("exams", "files"):
        (root / folder).mkdir(mode=0o700, exist_ok=True)
    settings = root / SETTINGS
    if settings.exists():
        return False
    settings.write_text(_WRITTEN, "utf-8")
    return True


def read(root: Path) -> Home:
    """A home and what its settings say, or the environment instead.

    Raises:
        UsageError: they cannot be read, or say something that is not known.
    """
    path = root / SETTINGS
    if not path.is_file():
        return Home(root.absolute())
    try:
        said = home_settings.read(path, os.environ)
        metrics = None if said.metrics is None else _secret(root, said.metrics.token_file)
        mail = None if said.mail is None else _mail(root, said.mail)
        timezone = ZoneInfo(said.timezone).key if said.timezone else _here()
        logins = tuple(_login(root, each) for each in said.login)
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:  # TOML, msgspec too
        raise UsageError(f"{path}: {error}", "mend it; a new home shows how it is written") from error
    return Home(
        root.absolute(),
        name=said.name,
        address=said.address.rstrip("/"),
        language=said.language,
        database=said.database,
        object_store=said.files,
        cache=root.absolute() / said.cache if said.cache else None,
        upload=said.upload << 20,
        timezone=timezone,
        mail=mail,
        logins=logins,
        programs="" if said.programs is None else said.programs.user,
        proxies=tuple(map(ip_network, said.proxies)),
        metrics=metrics,
        json_log=said.log.format == "json",
        recipients=said.backup.recipients,
        secret_files=tuple(root.absolute() / name for name in home_settings.secret_files(said)),
        retention=RetentionTerms(said.retention.scans or None, said.retention.results or None),
    )


def _here() -> str:
    """The zone of this machine, as far as it says."""
    try:
        _, _, name = str(Path("/etc/localtime").readlink()).partition("zoneinfo/")
        return ZoneInfo(os.environ.get("TZ") or name).key
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return "UTC"


def _login(root: Path, said: SaidOfLogin) -> Login:
    said_of = {name: getattr(said, name) for name in said.__struct_fields__ if name != "secret_file"}
    return Login(**said_of, secret=_secret(root, said.secret_file))


def _mail(root: Path, said: SaidOfMail) -> Mail:
    password = _secret(root, said.password_file)
    if not is_address(parseaddr(said.sender)[1]):
        raise ValueError(f"[mail] from = {said.sender!r} is no mail address")
    if said.bounces and not is_address(said.bounces):
        raise ValueError(f"[mail] bounces = {said.bounces!r} is no mail address")
    if said.by == "smtp" and not said.host:
        raise ValueError("[mail] names no host")
    if said.security == "none" and password:
        raise ValueError('[mail] security = "none" would show the password to everybody on the way')
    how = said.security, said.bounces.lower(), said.by
    return Mail(said.host, said.sender, said.port, said.user, password, *how)


def _secret(root: Path, named: str) -> str:
    """What stands in a file that the settings name; nothing where they name none."""
    return (root / named).read_text("utf-8").strip() if named else ""
