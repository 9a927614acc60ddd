"""The certificate of a deletion: what was deleted, by digests, and what remains, signed with the exam's key.

It is JSON, with a signature (HMAC-SHA256) over all the rest in a canonical form. Whoever has the exam's key
can see that nothing of it was changed; nobody else can make one.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import msgspec

from klausur.base.errors import NotFoundError, RefusedError
from klausur.state.retention import Data

FORMAT = "klausur-deletion/1"
_PURPOSE = b"klausur deletion certificate"
"""What is signed by a key of its own, made from that of the page codes."""

MOST_BYTES = 64 << 20


class GoneFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was deleted; ``name`` is its path in the exam's folder."""

    name: str
    size: int
    sha256: str


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was deleted, when and by whom, and what remains.

    Attributes:
        format: `FORMAT`.
        act: names this deletion.
        exam: the exam's title.
        exam_number: that of its page codes.
        what: what was deleted.
        who, role, when, why: by whom, as what, when (UTC) and why.
        follows: the newest event of the audit trail before.
        files: that were deleted.
        rows: how many rows of the records were, by table.
        rows_digest: the SHA-256 over the digests of these rows; empty if there were none.
        remains_rows: how many rows of other tables remain.
        remains: what else remains, in words.
        signature: HMAC-SHA256 in hexadecimal; empty while it is not signed.
    """

    format: str
    act: str
    exam: str
    exam_number: int
    what: tuple[Data, ...]
    who: str
    role: str
    when: str
    why: str
    follows: str
    files: tuple[GoneFile, ...]
    rows: dict[str, int]
    rows_digest: str
    remains_rows: dict[str, int]
    remains: tuple[str, ...]
    signature: str = ""


def signed(certificate: Certificate, key: bytes) -> Certificate:
    """The certificate with its signature."""
    return msgspec.structs.replace(certificate, signature=_signature(certificate, key))


def holds(certificate: Certificate, key: bytes) -> bool:
    """Whether it is as it was signed with this exam's key."""
    return hmac.compare_digest(_signature(certificate, key), certificate.signature)


def text(certificate: Certificate) -> str:
    """Its JSON, for people to read too."""
    return json.dumps(_plain(certificate), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def parsed(content: str | bytes) -> Certificate:
    """A certificate out of its JSON.

    Raises:
        RefusedError: it is none.
    """
    try:
        found = msgspec.json.decode(content, type=Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(
            "this is no certificate of a deletion", "name the file as it was given out"
        ) from error
    if found.format != FORMAT:
        raise RefusedError("this is no certificate of a deletion", "name the file as it was given out")
    return found


def read(file: Path) -> Certificate:
    """A certificate out of a file.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: it is none.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise RefusedError("this is no certificate of a deletion", "name the file as it was given out")
        return parsed(file.read_bytes())
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}", "name the certificate") from error


def _plain(certificate: Certificate) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(certificate)
    return found


def _signature(certificate: Certificate, key: bytes) -> str:
    plain = _plain(certificate)
    del plain["signature"]
    content = json.dumps(plain, separators=(",", ":"), sort_keys=True).encode("ascii")
    own = hmac.new(key, _PURPOSE, hashlib.sha256).digest()
    return hmac.new(own, content, hashlib.sha256).hexdigest()
