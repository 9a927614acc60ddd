"""Verify: compute State anew from the records and compare, and see that the audit trail holds."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.state.facts import Actor
from klausur.state.head import Head
from klausur.store import audit, derive
from klausur.store import verify as trail
from klausur.store.folder import opened, writing
from klausur.store.snapshot import snapshot

_NAMED = 50
"""So many differences are named in the event when State is made again."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, in words.

    Attributes:
        state: where State differs from what the records amount to.
        trail: where records or audit trail are not as they were written.
        mended: State was made again from the records.
        head: the newest event; None if nothing was ever done.
    """

    state: tuple[str, ...]
    trail: tuple[str, ...]
    mended: bool
    head: Head | None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, or no longer."""
        return not self.trail and (self.mended or not self.state)


def verify(folder: Path, *, actor: Actor, noted: Head | None = None, mend: bool = False) -> Verified:
    """Compare everything, which takes seconds for a large exam; nobody need wait meanwhile.

    Args:
        folder: the exam folder.
        actor: who asks for it.
        noted: an event that somebody noted down, which must be there.
        mend: make State again where it differs. What is wrong with the records themselves, nothing mends.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: the actor may not; or an older Klausur printed, which did not keep the exam.
    """
    allow(actor, Verb.VERIFY)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        with snapshot():
            state = tuple(derive.verify(frame))
        wrong = tuple(trail.verify(noted))
        mended = mend and bool(state)
        if mended:
            anew = frame.anew()
            with writing():
                derive.rebuild(anew)
                said = {"differences": len(state), "some": list(state[:_NAMED])}
                audit.append("mend-state", actor, said)
        return Verified(state, wrong, mended, audit.head())
