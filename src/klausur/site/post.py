"""How a site's mail leaves: by a mail server, or on trial to the terminal or into files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from klausur.actions.send_mails import MailRefusedError, Outgoing
from klausur.base.errors import KlausurError, RefusedError, ToolError
from klausur.report.letters.returned import ACT
from klausur.site.home import Home, Mail

if TYPE_CHECKING:
    from datetime import tzinfo

_TURNED_DOWN = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, SMTPNotSupportedError)
"""What the mail server says of one mail; anything else is about the connection."""


class SitePost:
    """The mail of a site, about one of its exams."""

    def __init__(self, home: Home, slug: str) -> None:
        self.site = home.name
        self.zone: tzinfo = ZoneInfo(home.timezone or "UTC")
        self._home, self._slug = home, slug

    def link(self, secret: str) -> str:
        """The address of somebody's results."""
        return f"{self._home.address}/review/{self._slug}/{secret}/"

    @contextmanager
    def connected(self) -> Iterator[Callable[[Outgoing], None]]:
        """What takes mails, one after the other.

        Raises:
            RefusedError: the site sends no mail.
            ToolError: the mail server cannot be used.
        """
        said = self._home.mail
        if said is None:
            raise RefusedError(
                "this site sends no mail",
                "say how in klausur.toml, below [mail]; docs/guide/site.md shows it",
            )
        if not self._home.address:
            raise RefusedError(
                "where this site is found is not known", 'write it into klausur.toml: address = "https://…"'
            )
        connection = get_connection()
        _open(connection, said)
        try:
            yield lambda mail: _deliver(connection, said, mail)
        finally:
            with suppress(OSError, SMTPException):
                connection.close()


def fault(home: Home) -> KlausurError | None:
    """Why a site's mail cannot leave now; None if the mail server lets it in, or there is none to ask."""
    if home.mail is None:
        return None
    connection = get_connection(timeout=5) if home.mail.by == "smtp" else get_connection()
    try:
        _open(connection, home.mail)
    except ToolError as error:
        return error
    with suppress(OSError, SMTPException):
        connection.close()
    return None


def _open(connection: BaseEmailBackend, said: Mail) -> None:
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise _lost(said, error) from error


def _deliver(connection: BaseEmailBackend, said: Mail, mail: Outgoing) -> None:
    domain = parseaddr(said.sender)[1].rpartition("@")[2]
    headers = {
        "From": said.sender,
        "Message-ID": f"<{mail.act}@{domain}>",
        ACT: mail.act,
        "Auto-Submitted": "auto-generated",
    }
    envelope = said.bounces or said.sender
    message = EmailMessage(mail.letter.subject, mail.letter.text, envelope, [mail.to], headers=headers)
    try:
        connection.send_messages([message])
    except _TURNED_DOWN as error:
        raise MailRefusedError(_words(error), "look at the address") from error
    except (OSError, SMTPException) as error:
        raise _lost(said, error) from error


def _words(error: SMTPException) -> str:
    """What the mail server said, with its code."""
    if isinstance(error, SMTPRecipientsRefused):
        said = [f"{code} {_text(words)}" for code, words in error.recipients.values()]
        return "; ".join(said)[:500]
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return str(error)[:500]


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _lost(said: Mail, error: Exception) -> ToolError:
    return ToolError(
        f"the mail server {said.host} cannot be used: {error}",
        "look at [mail] in klausur.toml, and try again",
    )
