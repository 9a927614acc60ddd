"""Verify: compute State anew from the records and compare, and see that the audit trail holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.deletion_certificate import parsed
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.errors import ToolError
from klausur.scan.cut_short import BrokenError
from klausur.scan.intake import digest
from klausur.state.facts import Actor
from klausur.state.head import Head
from klausur.state.retention import Data
from klausur.store import adopted_scans, audit, deletions, derive, hand_ins, pages
from klausur.store import verify as trail
from klausur.store.folder import Records, opened, writing
from klausur.store.snapshot import snapshot

_NAMED = 50
"""So many differences are named in the event when State is made again."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, in words.

    Attributes:
        state: where State differs from what the records amount to.
        trail: where records or audit trail are not as they were written.
        scans: kept copies of scanned files that are lost or not as they came.
        mended: State was made again from the records.
        head: the newest event; None if nothing was ever done.
    """

    state: tuple[str, ...]
    trail: tuple[str, ...]
    scans: tuple[str, ...]
    mended: bool
    head: Head | None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, or no longer."""
        return not self.trail and not self.scans and (self.mended or not self.state)


def verify(
    folder: Path,
    *,
    actor: Actor,
    noted: Head | None = None,
    mend: bool = False,
    scans: bool = False,
    progress: Progress = quiet,
) -> Verified:
    """Compare everything, which takes seconds for a large exam; nobody need wait meanwhile.

    Args:
        folder: the exam folder.
        actor: who asks for it.
        noted: an event that somebody noted down, which must be there.
        mend: make State again where it differs. What is wrong with the records themselves, nothing mends.
        scans: read the kept copies of all scanned files, too, which takes a second for each gigabyte or two.
        progress: told the kept files that were read.

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
        lost = tuple(_lost(records, _kept(), progress)) if scans else ()
        mended = mend and bool(state)
        if mended:
            anew = frame.anew()
            with writing():
                derive.rebuild(anew)
                said = {"differences": len(state), "some": list(state[:_NAMED])}
                audit.append("mend-state", actor, said)
        return Verified(state, wrong, lost, mended, audit.head())


def _kept() -> Mapping[str, str]:
    """The names of all files that are kept, by their SHA-256: scans, what was handed in from home or adopted.

    Those whose time was over are not among them.
    """
    handed_in = {file.sha256: file.name for each in hand_ins.all_() for file in each.files}
    adopted = adopted_scans.originals()
    gone = {
        file.sha256
        for each in deletions.all_()
        if Data.SCANS in each.what
        for file in parsed(each.certificate).files
    }
    every = handed_in | dict(adopted) | {file.sha256: file.name for file in pages.files()}
    return {sha256: name for sha256, name in every.items() if sha256 not in gone}


def _lost(records: Records, files: Mapping[str, str], progress: Progress) -> Iterator[str]:
    """Where the kept copy of a file is lost, or not as it came."""
    for done, (sha256, name) in enumerate(files.items(), start=1):
        path = records.scans / sha256
        try:
            path = kept_scans.kept(records, sha256)
            if digest(path) != sha256:
                yield f"the kept copy of {name} is not as it came: {path}"
        except (OSError, BrokenError, ToolError):
            yield f"the kept copy of {name} is lost or cannot be read: {path}"
        progress(done, len(files))
