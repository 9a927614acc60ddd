"""Whether a statement is still the one that somebody accepted beside its evidence.

A program that says yes to words cannot see that the words have changed. So what a statement says, and what it
stands under, has a digest: the sentence, the choice or the rubric's line, with the question's text. What the
program itself is held against is not in it: the cross, the number or formula in the hole.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from klausur.evidence import HOLE, Part
from klausur.exam.evidence import kept_results, statements
from klausur.exam.evidence.kept_results import Accepted
from klausur.exam.evidence.model import Claim, Outcome, Standing
from klausur.exam.evidence.statements import SENTENCE_END, SourceStretch, WrittenQuestion

_CROSS = re.compile(r"^\s*[-*+]\s+\[[^\]]{0,3}\]\s*")
_CREDITS = re.compile(r"^\s*[-*+]\s+\[[^\]]{1,16}\]\s*")


def digest(asked: WrittenQuestion, part: Part, words: str, others: Iterable[str] = ()) -> tuple[str, str]:
    """The digest of a statement and of what it stands under; and what it says, for people.

    Args:
        asked: the question as its author wrote it, parameters and all.
        part: where the statement stands.
        words: those that name it.
        others: words that name other statements of this part; what programs are held against in them is left
            out as well.

    Raises:
        LookupError: it is not there.
    """
    text = _said(asked, part, words, others)
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


def digest_now(asked: WrittenQuestion | None, part: Part, words: str, others: Iterable[str]) -> str:
    """The digest of what a statement says, empty if it is not there."""
    try:
        return "" if asked is None else digest(asked, part, words, others)[0]
    except LookupError:
        return ""


def changed_at(
    asked: WrittenQuestion, part: Part, words: str, others: Iterable[str], before: str
) -> int | None:
    """The line on which a statement first says something else than ``before``; None where it does not.

    The other arguments and the error are those of `digest`, which gives ``before``.
    """
    piece, _start, _end = statements.locate(asked, part, words)
    text, first, last = _stretch(asked, part, words, others)
    now, was = list(re.finditer(r"\S+", text[first:last])), before.split()
    if [word[0] for word in now] == was:
        return None
    same = next((n for n, (word, old) in enumerate(zip(now, was, strict=False)) if word[0] != old), len(was))
    at = now[min(same, len(now) - 1)].start()
    return piece.line + text.count("\n", 0, first + at)


def _said(asked: WrittenQuestion, part: Part, words: str, others: Iterable[str]) -> str:
    """The whole statement that some words stand in, without what programs compute of it."""
    text, first, last = _stretch(asked, part, words, others)
    return " ".join(text[first:last].split())


def _stretch(asked: WrittenQuestion, part: Part, words: str, others: Iterable[str]) -> tuple[str, int, int]:
    """The stretch that some words stand in, without what programs compute, and from where to where in it."""
    piece, start, end = statements.locate(asked, part, words)
    if part is Part.CHOICE:
        cross = _CROSS.match(piece.text)
        return piece.text, cross.end() if cross else 0, len(piece.text)
    text = piece.text
    for first, last in sorted(_holes(asked, part, piece, {words, *others}), reverse=True):
        text = text[:first] + HOLE + text[last:]
        shorter = last - first - len(HOLE)
        start -= shorter if last <= start else 0
        end -= shorter if first < end else 0
    cuts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min(cut for cut in cuts if cut >= end)
    credits = _CREDITS.match(text[first:last])
    return text, first + (credits.end() if credits else 0), last


def _holes(
    asked: WrittenQuestion, part: Part, piece: SourceStretch, every: Iterable[str]
) -> list[tuple[int, int]]:
    """Where in a stretch programs are held against what is typed; none within another."""
    found: list[tuple[int, int]] = []
    for words in every:
        try:
            where, _start, _end = statements.locate(asked, part, words)
            typed = statements.typed_at(asked, part, words)
        except LookupError:
            continue
        if typed is not None and where.line == piece.line:
            found.append(typed)
    return [one for one in set(found) if not any(_within(one, other) for other in found)]


def _within(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]
