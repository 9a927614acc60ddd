"""Draw on an answer: pen, highlighter, tick, cross, text; and rub it out. What it earns is decided elsewhere.

What is drawn lies in mm on a page of the Layout, so that it stands on every scan of this page. Each act has a
name, as acts of judging have, so that one that is sent twice is recorded once.
"""

from dataclasses import replace
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.judge import answer_pages, asked_of
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.base.geometry import Size
from klausur.base.ink import Drawing, Tool
from klausur.paper.code import Sheet
from klausur.state.annotations import StoredAnnotation
from klausur.state.facts import Author, Spot
from klausur.state.judgements import COMPARISONS, Round
from klausur.store import annotations, audit, judgements, pages
from klausur.store.folder import opened, writing

POINTS = 2000
"""Points of a line at most: a pen tells some 200 a second."""

TEXT = 200
"""Characters of a text at most."""

EACH = 1000
"""What may stand on one answer: each letter that is written by hand takes one or two lines."""


def annotate(  # noqa: PLR0913 - who draws says all of this
    folder: Path,
    booklet: int,
    question: str,
    spot: Spot,
    drawing: Drawing,
    author: Author,
    *,
    act: str,
    handed: Round | None = None,
) -> StoredAnnotation | None:
    """Record what was drawn on a page of an answer; nothing where the answer was shown for comparison alone.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id, or its number on this paper.
        spot: the page: one of the booklet on which the question stands, or of an extra sheet of its.
        drawing: what was drawn there.
        author: who drew it.
        act: names this act; the same one again draws nothing more.
        handed: as what they were given the answer, as `klausur.actions.judge.judge` has it.

    Raises:
        NotFoundError: there is no such booklet or question, or the page is none of the answer's.
        UsageError: the drawing is too large, empty or off the page; the question is not judged by people.
        RefusedError: too much stands on this answer.
    """
    allow(author.actor, Verb.ANNOTATE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        asked = asked_of(frame, booklet, question)
        kept = checked(drawing, frame.papers_of(frozenset({booklet})).size)
        here = answer_pages(frame, booklet, asked.id)
        if handed in COMPARISONS:  # the candidate's script is none of it
            return None
        with writing():
            before = annotations.by_act(act)
            if before is not None:
                return _sent_again(before, booklet, asked.id)
            if not _is_of(spot, booklet, here):
                raise NotFoundError(
                    f"{spot} is no page of question {asked.number} of booklet {booklet}",
                    "draw on a page of the answer",
                )
            if annotations.count(booklet, asked.id) >= EACH:
                raise RefusedError(f"{EACH} drawings stand on this answer already", "rub some out first")
            made = annotations.append(booklet, asked.id, spot, kept, act, author)
            _record("annotate", author, made)
    return made


def erase(folder: Path, act: str, author: Author, *, handed: Round | None = None) -> StoredAnnotation | None:
    """Rub out what an act has drawn; nothing happens where it was rubbed out already, or never recorded.

    Args:
        folder: the exam folder.
        act: the name of the act of drawing.
        author: who drew it, or somebody who may take back what others judged.
        handed: as what they were given the answer.

    Raises:
        NotFoundError: nothing was drawn by this act.
        RefusedError: somebody else drew it.
    """
    allow(author.actor, Verb.ANNOTATE)
    if handed in COMPARISONS:
        return None
    with opened(folder) as records:
        up_to_date.frame(records)
        with writing():
            found = annotations.by_act(act)
            if found is None:
                raise NotFoundError("this drawing is not there", "load the answer again")
            if found.who != author.who:
                allow(author.actor, Verb.OVERRULE)
            if not found.taken_back:
                annotations.take_back(found.id, author)
                _record("take-back-annotation", author, found)
    return replace(found, taken_back=True)


def checked(drawing: Drawing, size: Size) -> Drawing:
    """A drawing as it is recorded: in hundredths of mm and of the full pressure.

    Args:
        drawing: what was drawn.
        size: of the page.

    Raises:
        UsageError: it is too large, empty or off the page.
    """
    points, text = drawing.points, " ".join(drawing.text.split())
    if not points or (not drawing.tool.strokes and len(points) != 1):
        raise UsageError("nothing is drawn, or at several places at once", "draw it again")
    if len(points) > POINTS:
        raise UsageError(
            f"a line has at most {POINTS} points, this one has {len(points)}", "draw shorter lines"
        )
    if any(not (0 <= x <= size.w and 0 <= y <= size.h and 0 <= force <= 1) for x, y, force in points):
        raise UsageError("something is drawn beside the page", "draw on the page")
    if (drawing.tool is Tool.TEXT) != bool(text):
        raise UsageError("a text has words, and nothing else has", "write something, or draw it")
    if len(text) > TEXT or not text.isprintable():
        raise UsageError(
            f"a text on the page has at most {TEXT} characters, without control characters",
            "write a comment instead",
        )
    exact = tuple((round(x, 2), round(y, 2), round(force, 2)) for x, y, force in points)
    return Drawing(drawing.tool, exact, text)


def _is_of(spot: Spot, booklet: int, here: frozenset[int]) -> bool:
    """Whether a page is an answer's: one of those of its booklet, or of an extra sheet that belongs to it."""
    if spot.sheet is Sheet.BOOKLET:
        return spot.booklet == booklet and spot.page in here
    if spot.sheet is not Sheet.EXTRA or spot.booklet not in judgements.extra_sheets(booklet):
        return False
    return any(image.spot == spot for image in pages.of_extras(frozenset({spot.booklet})))


def _sent_again(before: StoredAnnotation, booklet: int, question: str) -> StoredAnnotation:
    if (before.booklet, before.question) != (booklet, question):
        raise UsageError("this act has drawn on another answer", "make a new one for each act of drawing")
    return before


def _record(verb: str, author: Author, made: StoredAnnotation) -> None:
    audit.append(
        verb,
        author.actor,
        {
            "booklet": made.booklet,
            "question": made.question,
            "annotation": made.id,
            "page": str(made.spot),
            "tool": made.drawing.tool.value,
        },
    )
