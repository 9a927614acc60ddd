"""Exams that an older Klausur did not keep with their booklets, known again by their source's digest.

Where the source on disk is the one that was printed, to the byte, it is what was printed, and nobody need
decide so. Where it has changed since, somebody must: `klausur.actions.take_over_key`.
"""

from collections.abc import Sequence

from klausur.actions.key_fits import printed_boxes, unfit
from klausur.base.errors import KlausurError
from klausur.exam import check, source
from klausur.exam.frozen import Frozen, freeze, gather
from klausur.exam.source import files
from klausur.state.facts import Actor, Author, Edition, Printing, Role
from klausur.store import audit, exams
from klausur.store.folder import Records, writing
from klausur.store.frame import Frame

_WHO = "klausur"
_WHY = "the source is still the one that was printed"


def know_again(records: Records) -> bool:
    """Keep what each edition asks whose source is still there.

    Returns:
        Whether anything was kept that was not before.
    """
    frame = Frame(records.exam)
    found = [_known(frame, edition) for edition in frame.papers.editions if not edition.frozen]
    kept = [_kept(edition, exam) for edition, exam in found if exam is not None]  # each of them
    return any(kept)


def _known(frame: Frame, edition: Edition) -> tuple[Edition, Frozen | None]:
    """What an edition asks, if nobody has said so and the source can tell."""
    mine = tuple(p for p in frame.papers.finished if p.edition == edition.number)
    if not mine or exams.decided(edition.number):
        return edition, None
    try:
        return edition, _of_source(frame, edition, mine)
    except KlausurError:  # it cannot be read, or not be printed any more
        return edition, None


def _of_source(frame: Frame, edition: Edition, mine: Sequence[Printing]) -> Frozen | None:
    boxes = printed_boxes(frame.layout, mine)
    parsed = source.parse_variants(frame.folder, tuple(boxes))
    there = [one.exam for one in parsed if one.exam is not None]
    if len(there) < len(parsed) or not there:
        return None
    shown = {figure.path for exam in there for figure in check.figures_of(exam.problems, exam.instructions)}
    digests = {files.digest(frame.folder), files.older_digest(frame.folder, shown)}
    if edition.source_digest not in digests or any(any(unfit(e, boxes[e.variant])) for e in there):
        return None
    return gather(there, frame.folder)


def _kept(edition: Edition, exam: Frozen) -> bool:
    """Record what an edition asks, unless somebody has decided so meanwhile."""
    text = freeze(exam)
    with writing():
        if exams.decided(edition.number):
            return False
        by = Author(Actor(_WHO, Role.EXAMINER), _WHY)
        exams.decide(edition.number, text, text, exam.first.digest, (_WHY,), by)
        audit.append("know-again", _WHO, {"edition": edition.number, "why": _WHY})
    return True
