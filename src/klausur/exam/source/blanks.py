"""Blanks in the text of a question: whether they stand where somebody is to write, and who reads them."""

from collections.abc import Iterable

from klausur.exam.model import QuestionKind
from klausur.exam.source import blank_spans, tree
from klausur.exam.source.pieces import Piece
from klausur.exam.source.sections import QuestionSection


def kind_of(section: QuestionSection) -> QuestionKind | None:
    """The kind of a question with blanks in its text: people read them, unless all have boxes for digits."""
    blanks = section.text.blanks if section.text is not None else ()
    if not blanks:
        return None
    numbers = all(map(blank_spans.is_for_number, blanks))
    return QuestionKind.NUMBER_BLANKS if numbers else QuestionKind.BLANKS


def check(section: QuestionSection, kind: QuestionKind, called: str) -> None:
    """Report blanks that cannot be answered, or of which the answer is not known.

    Args:
        section: the question as it is written.
        kind: what it is.
        called: that in words.
    """
    attributes = section.heading.attributes
    blanks = section.text.blanks if section.text is not None else ()
    for blank in blanks:
        if not tree.has_words(blank_spans.words(blank)):
            hint = "write what belongs into it, such as [9.81]{.blank}: the sample solution alone shows it"
            message = "a blank says not what belongs into it"
            attributes.source.report("text-missing", message, blank["line"], hint)
    if len(set(map(blank_spans.is_for_number, blanks))) > 1:
        hint = "give each of them digits=…, or none; or make two questions of it"
        message = "blanks with boxes for digits, and blanks that people read"
        attributes.report("markup-unexpected", message, hint)
    if blanks and not kind.in_blanks:
        hint = "leave kind=… out, or give the blanks a question of their own"
        attributes.report("markup-unexpected", f"blanks in {called}", hint)
    if kind.in_blanks and not blanks:
        hint = "write into its text what belongs into each of them: [9.81]{.blank}"
        attributes.report("choices-missing", "a text with blanks that has none", hint)
    refuse(piece for piece in section.pieces if piece is not section.text)


def refuse(pieces: Iterable[Piece]) -> None:
    """Report blanks in texts that nobody answers."""
    for piece in pieces:
        for blank in piece.blanks:
            hint = "blanks stand in the text of a question, and nowhere else"
            piece.source.report("markup-unexpected", "a blank where nobody writes", blank["line"], hint)
