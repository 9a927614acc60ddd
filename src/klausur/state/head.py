"""The newest event of the audit trail, as results and archives show it. The trail: `klausur.store.audit`."""

from dataclasses import dataclass

from klausur.base.errors import UsageError

SHOWN = 12
"""So many letters of a digest are shown to people."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event, by its number and digest; of the digest, a person may have noted the beginning."""

    number: int
    digest: str

    @classmethod
    def of(cls, text: str) -> "Head":
        """The head that a person noted down: ``812:3f2a9c04d1e7``.

        Raises:
            UsageError: it is none.
        """
        number, _, digest = text.strip().partition(":")
        digest = digest.strip().lower()
        if not number.isdecimal() or len(digest) < 8 or set(digest) - set("0123456789abcdef"):
            raise UsageError(
                f"{text!r} is no head of an audit trail", "write it as it stands on results: 812:3f2a9c04d1e7"
            )
        return cls(int(number), digest)

    def __str__(self) -> str:
        """``812:3f2a9c04d1e7``."""
        return f"{self.number}:{self.digest[:SHOWN]}"
