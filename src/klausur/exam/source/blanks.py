"""Blanks in the text of a question, ``[9.81]{.blank}``: whether they stand where somebody is to write."""

from klausur.exam.model import QuestionKind
from klausur.exam.source import tree
from klausur.exam.source.sections import QuestionSection


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
        if not tree.has_words(blank["c"][1]):
            hint = "write what belongs into it, such as [9.81]{.blank}: the sample solution alone shows it"
            message = "a blank says not what belongs into it"
            attributes.source.report("text-missing", message, blank["line"], hint)
    if blanks and kind is not QuestionKind.BLANKS:
        hint = "leave kind=… out, or give the blanks a question of their own"
        attributes.report("markup-unexpected", f"blanks in {called}", hint)
    if kind is QuestionKind.BLANKS and not blanks:
        hint = "write into its text what belongs into each of them: [9.81]{.blank}"
        attributes.report("choices-missing", "a text with blanks that has none", hint)
    for piece in section.pieces:
        for blank in piece.blanks if piece is not section.text else ():
            hint = "blanks stand in the text of a question, and nowhere else"
            attributes.source.report("markup-unexpected", "a blank where nobody writes", blank["line"], hint)
