"""Whether a statement is still the one that somebody accepted beside its evidence.

A program that says yes to words cannot see that the words have changed. So what a statement says, and what it
stands under, has a digest: the sentence, the choice or the rubric's line, with the question's text. What the
program itself is held against is not in it: the cross, the number or formula in the hole.
"""

import re
from dataclasses import replace

from klausur.evidence import HOLE, Part
from klausur.exam.evidence import kept_results, statements
from klausur.exam.evidence.kept_results import Accepted
from klausur.exam.evidence.model import Claim, Outcome, Standing
from klausur.exam.evidence.statements import WrittenQuestion

_CROSS = re.compile(r"^\s*[-*+]\s+\[[^\]]{0,3}\]\s*")
_CREDITS = re.compile(r"^\s*[-*+]\s+\[[^\]]{1,16}\]\s*")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[^\W\d_]|[$*_\[`])|\n\s*\n|\n\s*(?=[-*+]\s)")


def digest(asked: WrittenQuestion, part: Part, words: str) -> tuple[str, str]:
    """The digest of a statement and of what it stands under; and what it says, for people.

    Args:
        asked: the question as its author wrote it, parameters and all.
        part: where the statement stands.
        words: those that name it.

    Raises:
        LookupError: it is not there.
    """
    text = _said(asked, part, words)
    under = " ".join(" ".join(piece.text.split()) for piece in asked.parts[Part.TEXT])
    if part is Part.TEXT:
        under = ""
    return kept_results.digest(str(part), text, under)[:32], text


def judged(claim: Claim, now: str, accepted: Accepted | None, ran: str) -> Claim:
    """A claim, and whether what it says was accepted; one that has changed since is unproven.

    Args:
        claim: as its program judges it.
        now: the digest of what it says; empty if it is not there.
        accepted: what somebody accepted of it, if anybody did.
        ran: the digest of what it said when its experiment was run; empty if there is none.
    """
    was = accepted.digest if accepted is not None else ran
    if not was:
        return claim
    by, before = ("", "") if accepted is None else (accepted.who, accepted.text)
    if now == was:
        return replace(claim, standing=Standing.ACCEPTED, accepted_by=by) if accepted is not None else claim
    found = replace(claim, standing=Standing.CHANGED, before=before, accepted_by=by)
    return replace(found, outcome=Outcome.UNPROVEN) if claim.outcome is Outcome.PROVED else found


def digest_now(asked: WrittenQuestion | None, part: Part, words: str) -> str:
    """The digest of what a statement says, empty if it is not there."""
    try:
        return "" if asked is None else digest(asked, part, words)[0]
    except LookupError:
        return ""


def _said(asked: WrittenQuestion, part: Part, words: str) -> str:
    """The whole statement that some words stand in, without what a program computes of it."""
    piece, start, end = statements.locate(asked, part, words)
    if part is Part.CHOICE:
        return " ".join(_CROSS.sub("", piece.text, count=1).split())
    hole = statements.typed_at(asked, part, words)
    text = piece.text
    if hole is not None:
        text = text[: hole[0]] + HOLE + text[hole[1] :]
        end = max(end - (hole[1] - hole[0]) + len(HOLE), start)
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min(cut for cut in cuts if cut >= end)
    return " ".join(_CREDITS.sub("", text[first:last], count=1).split())
