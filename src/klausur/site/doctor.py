"""What ails a site, and what mends each: its settings, secrets, database, people, jobs, exams and backups.

Looked at with the site's settings in force (`klausur.web.start.start`), and nothing is changed. What ails
exams and the installation stands in `klausur.actions.doctor`.
"""

import os
import secrets
import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection

from klausur.actions import doctor as of_exams
from klausur.actions.doctor import OTHERS, Ailment, open_to_others
from klausur.base import object_address
from klausur.base.diagnostics import Severity
from klausur.base.errors import KlausurError
from klausur.exam.evidence import confined
from klausur.site import audit, files, upgrade
from klausur.site.home import SETTINGS, Home, Mail
from klausur.site.jobs import JobState
from klausur.site.models import Exam, Job, Person, SiteEvent

AILMENTS: dict[str, Severity] = {
    "secret-open": Severity.WARNING,
    "unencrypted": Severity.WARNING,
    "programs-user": Severity.ERROR,
    "database-silent": Severity.ERROR,
    "database-forgets": Severity.WARNING,
    "database-unencrypted": Severity.WARNING,
    "site-older": Severity.WARNING,
    "site-newer": Severity.ERROR,
    "mail-silent": Severity.WARNING,
    "no-administrator": Severity.ERROR,
    "one-factor": Severity.WARNING,
    "exam-gone": Severity.ERROR,
    "jobs-aside": Severity.WARNING,
    "jobs-wait": Severity.ERROR,
    "no-backup": Severity.WARNING,
    "backup-key": Severity.WARNING,
    "files-unencrypted": Severity.WARNING,
}
"""What is looked for here, and how bad it is: an error stops work, a warning is unsafe or will stop it."""

WAITS = timedelta(minutes=10)
"""A job that waits so long has no worker."""

BACKUP = timedelta(days=2)
"""A backup that is older is told of: one night may fail."""

_PATIENCE = 5
"""Seconds in which a mail server should answer."""


def found(name: str, where: object, what: str, mend: str) -> Ailment:
    """Something of this module's table."""
    return Ailment(name, AILMENTS[name], str(where), what, mend)


def look(home: Home, now: datetime) -> Iterator[Ailment]:
    """What ails a site that was started, at this time."""
    yield from _open(home)
    yield from _way_in(home)
    yield from _object_store()
    if confined.cannot_become():
        yield found(
            "programs-user",
            home.root / SETTINGS,
            confined.cannot_become(),
            f"useradd --system {quote(home.programs or 'klausur-programs')}, and name it below [programs]",
        )
    try:
        connection.ensure_connection()
        yield from _server(home)
        ahead, lacking = upgrade.newer(), upgrade.lacking()
        if ahead:
            yield found(
                "site-newer",
                connection.settings_dict["NAME"],
                f"was written by a newer Klausur ({ahead[-1]})",
                "pip install --upgrade klausur",
            )
            return
        if lacking:
            yield found(
                "site-older",
                connection.settings_dict["NAME"],
                f"lacks {len(lacking)} changes of this Klausur",
                f"klausur upgrade {quote(str(home.root))}",
            )
            return
        yield from _people(home)
        yield from _jobs(home, now)
        yield from _backups(home, now)
        yield from _exams(home)
    except DatabaseError as error:
        yield found(
            "database-silent",
            connection.settings_dict["NAME"],
            str(error).strip(),
            "see that the server of 'database' in klausur.toml runs and lets you in",
        )
    if home.mail is not None:
        yield from _mail(home.mail)


def _open(home: Home) -> Iterator[Ailment]:
    """Files that only the site's own account should read, where the home does not keep others out."""
    if os.name == "posix" and not home.root.stat().st_mode & OTHERS:
        return
    secrets = (home.root / "secret", *home.secret_files, *sorted((home.root / "tls").glob("*key.pem")))
    for path in secrets:
        yield from _closed(path, "lets others in, and all accounts of this machine can read it")
    yield from _closed(home.site_database, "names people, and all accounts of this machine can read it")
    for path in (home.exams, home.files):
        yield from _closed(path, "holds personal data, and all accounts of this machine can look into it")


def _closed(path: Path, why: str) -> Iterator[Ailment]:
    for each in open_to_others(path, "key-open", why):
        yield found("secret-open", each.where, each.what, each.mend)


def _way_in(home: Home) -> Iterator[Ailment]:
    at = urlsplit(home.address)
    if at.scheme == "http" and not _local(at.hostname or ""):
        yield found(
            "unencrypted",
            home.root / SETTINGS,
            f"{home.address} is no HTTPS: passwords travel so that others can read them",
            f'klausur serve {quote(str(home.root))} --tls, or a reverse proxy (deploy/proxy) and address = "https://…"',
        )


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}


def _object_store() -> Iterator[Ailment]:
    """Whether what is written into the object store comes back, and by which way."""
    try:
        place = object_address.named()
        if place is None:
            return
        kept = files.here()
        key = f"doctor/{secrets.token_hex(8)}"
        kept.put(key, [b"looked at"])
        with kept.open(key):
            kept.delete(key)
    except KlausurError as error:
        yield of_exams.found("files-silent", object_address.VARIABLE, str(error), error.remedy)
        return
    at = urlsplit(place.endpoint)
    if at.scheme == "http" and not _local(at.hostname or ""):
        yield found(
            "files-unencrypted",
            place.shown,
            "what is written there can be read on the way",
            f'files = "s3://…?endpoint=https://{at.netloc}" in {SETTINGS}',
        )


def _server(home: Home) -> Iterator[Ailment]:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in ("fsync", "full_page_writes"):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() != ("on",):
                yield found(
                    "database-forgets",
                    name,
                    "is off: a power cut can spoil all records",
                    f"ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();",
                )
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        (encrypted,) = cursor.fetchone() or (False,)
    host = str(connection.settings_dict["HOST"])
    if not encrypted and not host.startswith("/") and not _local(host):
        yield found(
            "database-unencrypted",
            host,
            "is another machine, and what is said to it can be read on the way",
            f'database = "{_without_password(home.database)}?sslmode=verify-full" in {SETTINGS}',
        )


def _without_password(address: str) -> str:
    at = urlsplit(address)
    return at._replace(netloc=at.netloc.rpartition("@")[2], query="").geturl()


def _people(home: Home) -> Iterator[Ailment]:
    administrators = list(Person.objects.filter(administrator=True, is_active=True))
    if not administrators:
        yield found(
            "no-administrator",
            home.root,
            "nobody may keep this site",
            f"klausur site invite MAIL --home {quote(str(home.root))} --administrator",
        )
    second = set(Authenticator.objects.values_list("user_id", flat=True))
    alone = [person for person in administrators if person.pk not in second]
    if alone:
        yield found(
            "one-factor",
            "people",
            f"{len(alone)} of {len(administrators)} administrators come in by a password alone",
            "each sets up a second factor on the page of their account",
        )


def _jobs(home: Home, now: datetime) -> Iterator[Ailment]:
    aside = Job.objects.filter(state=JobState.ASIDE).count()
    if aside:
        yield found(
            "jobs-aside",
            "jobs",
            f"{aside} were set aside with a reason",
            f"look at {home.address or 'the site'}/site/jobs/, mend what it says, and try again there",
        )
    waits = Job.objects.filter(state=JobState.WAITING, made__lt=now - WAITS, lease_until__isnull=True)
    if waits.exists() and not Job.objects.filter(state=JobState.RUNNING).exists():
        yield found(
            "jobs-wait",
            "jobs",
            f"{waits.count()} have waited for over {WAITS.seconds // 60} minutes, and no worker is at any",
            f"klausur work {quote(str(home.root))}",
        )


def _backups(home: Home, now: datetime) -> Iterator[Ailment]:
    command = f"klausur backup {quote(str(home.root))} -o FOLDER"
    last = SiteEvent.objects.filter(verb=audit.BACKUP).order_by("-when").first()
    if last is None:
        yield found("no-backup", home.root, "was never backed up", command)
    elif last.when < now - BACKUP:
        yield found("no-backup", home.root, f"was backed up last on {last.when:%Y-%m-%d}", command)
    if not home.recipients:
        yield found(
            "backup-key",
            home.root / SETTINGS,
            "names no key that backups are encrypted to",
            "klausur backup --new-key FILE, kept elsewhere, and its public key below [backup]",
        )


def _exams(home: Home) -> Iterator[Ailment]:
    for exam in Exam.objects.order_by("slug"):
        folder = home.folder(exam.folder)
        if folder.is_dir():
            yield from of_exams.exam(folder)
        else:
            yield found(
                "exam-gone",
                folder,
                f"the folder of {exam.slug} is gone",
                f"klausur restore ARCHIVE -o {quote(str(folder))}",
            )


def _mail(mail: Mail) -> Iterator[Ailment]:
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE) as link:
            link.starttls()
            if mail.user:
                link.login(mail.user, mail.password)
    except (OSError, smtplib.SMTPException) as error:
        yield found(
            "mail-silent",
            f"{mail.host}:{mail.port}",
            f"does not take mail: {error}",
            f"see host, port, user and password_file below [mail] in {SETTINGS}",
        )
