"""Take over the key: what the source says from now on counts, because a person has decided so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import grade, up_to_date
from klausur.actions.compare_key import ComparedKeys, Recorded, compare_key, recall
from klausur.actions.key_effects import Effect, effects
from klausur.actions.roles import Verb, allow
from klausur.base.diagnostics import stop_at_errors
from klausur.base.errors import RefusedError, UsageError
from klausur.exam.differences import Difference, DifferenceKind
from klausur.exam.differences.whole_exam import READS
from klausur.exam.frozen import freeze
from klausur.exam.whose_word import WhoseWord
from klausur.state.facts import Author
from klausur.store import audit, derive, exams, printings, put_off, rubrics
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

_MOST = 12
"""Differences that an error tells of."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was taken over, or would be: `recorded` says which. ``effects`` is whose credits change."""

    compared: ComparedKeys
    effects: tuple[Effect, ...]
    recorded: bool


def take_over_key(
    folder: Path,
    author: Author,
    *,
    edition: int | None = None,
    resolve: Mapping[str, WhoseWord] | None = None,
    same_meaning: bool = False,
    dry_run: bool = False,
) -> TakenOver:
    """Let the key on disk count from now on.

    Args:
        folder: the exam folder.
        author: who decides, and why.
        edition: the edition's number; the newest if None.
        resolve: whose word holds for items in conflict.
        same_meaning: what reads otherwise than it was printed means the same.
        dry_run: record nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition.
        UsageError: there is no reason for what is recorded, or ``resolve`` names what is not in conflict.
        RefusedError: their role does not include it, the source asks something else than was printed, there
            are conflicts, or somebody has decided something else meanwhile.
        KlausurError: the source has errors, or would have them beside what counts.
    """
    allow(author.actor, Verb.TAKE_OVER_KEY)
    if not (dry_run or author.why.strip()):
        raise UsageError("a key is not taken over without a reason", "add --why TEXT")
    compared = compare_key(folder, edition=edition, resolve=resolve, same_meaning=same_meaning)
    _see_that_it_is_clear(compared, same_meaning=same_meaning)
    new = compared.new or bool(resolve)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        recorded = compared.recorded
        _see_that_nothing_changed(recorded, recall(frame, recorded.edition))
        other = _under(frame, compared)
        if other is None or not compared.kept:
            found: tuple[Effect, ...] = ()
        else:
            frame = up_to_date.look(records)
            found = effects(grade.computed(folder, frame).results, grade.tried(folder, other).results)
        if not new or dry_run:
            return TakenOver(compared, found, recorded=False)
        exam, disk = freeze(compared.merge.exam), freeze(compared.disk)
        what = _what(compared)
        with writing():
            # Somebody else may have decided, or printed another variant, since the two were compared.
            see_that_nothing_is_newer(recorded)
            exams.decide(recorded.edition, exam, disk, compared.digest, what, author)
            if other is not None and compared.kept:
                put_off.put_off(n for p in recorded.printings for n in p.booklets)
            elif other is not None:
                derive.refresh(other, EVERYTHING)
            audit.append("take-over-key", author.actor, _detail(compared, found, what, author))
        if other is not None:
            up_to_date.look(records)
    return TakenOver(compared, found, recorded=True)


def _see_that_it_is_clear(compared: ComparedKeys, *, same_meaning: bool) -> None:
    merge, edition = compared.merge, compared.edition
    if not compared.kept and compared.digest not in compared.recorded.digests and not same_meaning:
        raise RefusedError(
            f"an older Klausur did not keep what edition {edition} asks, and the source has changed since",
            "bring back the source as it was printed; or, if every question still means what was printed, "
            "say so with --same-meaning",
        )
    if merge.refusals:
        told = _listed(merge.refusals)
        raise RefusedError(
            f"the source asks something else than was printed (edition {edition}):\n{told}",
            _remedy(merge.refusals),
        )
    if merge.conflicts:
        told = "\n  ".join(f"{c.item}: {c.text} ({c.place})" for c in merge.conflicts)
        first = merge.conflicts[0].item
        raise RefusedError(
            f"records and source have both changed:\n  {told}",
            f"say whose word holds, for each: --resolve {first}=source or --resolve {first}=records",
        )
    stop_at_errors(merge.diagnostics, "with that key the exam would have errors", "mend them in the source")


def _listed(found: Sequence[Difference]) -> str:
    more = len(found) - _MOST
    return "\n".join([*(f"  {d}" for d in found[:_MOST]), *([f"  and {more} more"] if more > 0 else [])])


def _remedy(found: Sequence[Difference]) -> str:
    kinds = {d.kind for d in found}
    back = "put it back as it was printed"
    if kinds <= READS:
        return f"{back}; or, if all of it still means what was printed, say so with --same-meaning"
    if kinds & {DifferenceKind.QUESTION_REMOVED, DifferenceKind.CHOICE_REMOVED}:
        return f"{back}; a question that shall not count is struck under [grading] in exam.toml instead"
    if DifferenceKind.CREDIT_BOXES in kinds:
        return f"{back}; credits can be given as far as boxes were printed for them"
    return f"{back}; another paper is printed with 'klausur print --new-edition'"


def _see_that_nothing_changed(then: Recorded, now: Recorded) -> None:
    if (then.decided, then.rubrics, then.printed, [p.number for p in then.printings]) != (
        now.decided,
        now.rubrics,
        now.printed,
        [p.number for p in now.printings],
    ):
        raise _meanwhile()


def see_that_nothing_is_newer(then: Recorded) -> None:
    """For who decides about a key, within the transaction.

    Raises:
        RefusedError: somebody else has printed or decided meanwhile.
    """
    mine = [p.number for p in printings.every() if p.done is not None and p.edition == then.edition]
    decided, changed = exams.decided(then.edition), rubrics.newest(then.edition)
    if (decided, changed) != (then.decided, then.rubrics) or mine != [p.number for p in then.printings]:
        raise _meanwhile()


def _meanwhile() -> RefusedError:
    return RefusedError(
        "somebody else has printed or decided about the key meanwhile",
        "look again what differs: klausur key",
    )


def _under(frame: Frame, compared: ComparedKeys) -> Frame | None:
    """All that was printed by the key that would count; None while another edition's exam was not kept."""
    keys = {compared.edition: compared.merge.exam}
    others = {p.edition for p in frame.papers.finished} - set(keys)
    kept = {e.number for e in frame.papers.editions if e.frozen}
    if others - kept:
        return None
    return frame.under(exams.printed(frame.papers.printings, frame.folder, keys))


def _what(compared: ComparedKeys) -> tuple[str, ...]:
    merge = compared.merge
    if not compared.kept:
        return ("the source as it is counts as what was printed",)
    said = tuple(f"said to mean the same: {d.text}" for d in merge.beside if d.kind in READS)
    return (*(d.text for d in merge.changed), *said)


def _detail(
    compared: ComparedKeys, found: Sequence[Effect], what: Sequence[str], author: Author
) -> dict[str, object]:
    return {
        "edition": compared.edition,
        "what": list(what),
        "why": author.why,
        "source_digest": compared.digest,
        "booklets": [e.booklet for e in found],
    }
