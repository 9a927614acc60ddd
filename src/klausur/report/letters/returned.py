"""A mail that came back: what its delivery status (RFC 3464) says, and which mail it is about.

Only reports with such a status are understood. What a mail server says in words alone, and what a person or
an automatic reply says, is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message

ACT = "X-Klausur-Mail"
"""The header that names the act of a mail; servers send the headers back."""

_FAILED = "failed"
_ACT = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that could not be delivered.

    Attributes:
        act: the act of the mail; empty if its headers are not there.
        address: to whom.
        why: status and words of the server, such as ``5.1.1: no such user``.
    """

    act: str
    address: str
    why: str


def returned(raw: bytes) -> tuple[Returned, ...]:
    """The mails that a report says were not delivered; none if it is no such report."""
    try:
        return tuple(_returned(message_from_bytes(raw, policy=policy.compat32)))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):  # what is no mail at all
        return ()


def _returned(report: Message) -> Iterator[Returned]:
    act = _act(report)
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and _said(block, "Action").lower() == _FAILED:
                address = _said(block, "Original-Recipient") or _said(block, "Final-Recipient")
                status, words = _said(block, "Status"), _said(block, "Diagnostic-Code")
                why = ": ".join(text for text in (status, words) if text) or _FAILED
                yield Returned(act, address.lower(), why[:500])


def _act(report: Message) -> str:
    """The act in the headers of the mail that came back."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            headers = message_from_string(text.decode("ascii", "replace") if isinstance(text, bytes) else "")
        elif kind == "message/rfc822" and isinstance(inner := part.get_payload(), list) and inner:
            headers = inner[0] if isinstance(inner[0], Message) else Message()
        else:
            continue
        found = " ".join(str(headers.get(ACT, "")).split())
        if _ACT.fullmatch(found):
            return found
    return ""


def _said(block: Message, name: str) -> str:
    """What a field says, without its type: ``rfc822; ada@example.org``."""
    text = " ".join(str(block.get(name, "")).split())
    kind, parted, rest = text.partition(";")
    return rest.strip() if parted and kind.strip().lower() in {"rfc822", "smtp"} else text
