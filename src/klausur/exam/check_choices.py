"""Whether a question that is answered by crosses makes sense: its choices and its scheme."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice

from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import formula
from klausur.exam.model import ROW_SCHEMES, Question, QuestionKind, SchemeKind

_TABLE = ROW_SCHEMES | {SchemeKind.ALL_OR_NOTHING, SchemeKind.RIGHT_MINUS_WRONG}
"""The schemes that make sense for rows."""

_SINGLE = {SchemeKind.ALL_OR_NOTHING, SchemeKind.RIGHT_MINUS_WRONG, SchemeKind.FORMULA}
"""The schemes that make sense where one cross is the answer."""


def question(asked: Question) -> Iterator[Diagnostic]:
    """Everything about one such question, but its formula; nothing of one without choices."""
    named = {c.id[0] if asked.heads else c.id: c.content for c in asked.choices}
    texts = [(name, " ".join(c.seen.split()), c.place) for name, c in named.items()]
    yield from equal_choices(asked.id, texts)
    weighed = asked.scheme is not None and asked.scheme.kind is SchemeKind.WEIGHTS
    if weighed:
        yield from _weights(asked)
    elif asked.kind is QuestionKind.SINGLE:
        yield from _single(asked)
    if asked.kind is QuestionKind.TABLE:
        yield from _table(asked)
    elif asked.scheme is not None and asked.scheme.kind in ROW_SCHEMES:
        hint = "write the question as a table of boxes, or choose another scheme"
        message = f"scheme={asked.scheme.kind} is about the rows of a table"
        yield Diagnostic("table-scheme", message, asked.place, hint)


def equal_choices(question: str, texts: Iterable[tuple[str, str, Place]]) -> Iterator[Diagnostic]:
    """Choices that say the same as one before them; each is given by its letter, its text and its place."""
    first: dict[str, str] = {}
    for letter, text, place in texts:
        if text and text in first:
            message = f"choices {first[text]} and {letter} of question {question} say the same"
            yield Diagnostic("choices-equal", message, place, "change one of them")
        first.setdefault(text, letter)


def _table(question: Question) -> Iterator[Diagnostic]:
    """A table of boxes: something is right in each row, and its scheme is about rows."""
    for row in question.rows:
        if not any(choice.right for choice in row):
            message = f"in row {row[0].id[0]} of question {question.id} no box is right"
            hint = "write [x] where it is right; a column “none of them” may be what is right"
            yield Diagnostic("table-row", message, row[0].content.place, hint)
    if question.scheme is not None and question.scheme.kind not in _TABLE:
        hint = "choose one of " + ", ".join(sorted(_TABLE))
        message = f"scheme={question.scheme.kind} is about single crosses, and not about rows"
        yield Diagnostic("table-scheme", message, question.place, hint)


def _weights(question: Question) -> Iterator[Diagnostic]:
    """Choices with credits of their own: the best answer gives those of the question."""
    worth = [choice.weight for choice in question.choices if choice.weight is not None]
    if question.kind is QuestionKind.TABLE or not worth or question.accepted:
        return  # the first is said of the scheme, the second of the list
    most = (
        max(worth) if question.kind is QuestionKind.SINGLE else sum((w for w in worth if w > 0), Fraction(0))
    )
    if question.credits and most != question.credits:
        message = (
            f"the best answer gets {show_credits(most)} by its choices, of {show_credits(question.credits)}"
        )
        hint = f"change what they give, or write credits={show_credits(most)}"
        yield Diagnostic("weights-credits", message, question.place, hint)


def _single(question: Question) -> Iterator[Diagnostic]:
    """A question with one right choice: that one is right, and its scheme is about one cross."""
    right = [choice.id for choice in question.choices if choice.right]
    if len(right) != 1 and question.choices:
        told = f"{len(right)} are: {', '.join(right)}" if right else "none is"
        hint = "mark the right choice [x], and [~] what is right as well; or leave out kind=single"
        message = f"kind=single, so exactly one choice is right, but {told}"
        yield Diagnostic("single-right", message, question.place, hint)
    if any(len(key) != 1 for key in question.accepted):
        hint = 'name one letter between bars: accept="b | c"'
        message = "kind=single, but accept names answers that are not one choice"
        yield Diagnostic("single-right", message, question.place, hint)
    if question.scheme is not None and question.scheme.kind not in _SINGLE:
        hint = "leave the scheme out, or choose one of " + ", ".join(sorted(_SINGLE))
        message = f"scheme={question.scheme.kind} is about several crosses, and kind=single about one"
        yield Diagnostic("single-scheme", message, question.place, hint)


def formula_outcomes(question: Question, text: str, place: Place) -> Iterator[Diagnostic]:
    """The first outcome of a question for which a formula goes wrong."""
    for right in dict.fromkeys(map(len, question.keys)):
        yield from islice(_formula_by_key(question, right, text, place), 1)


def _formula_by_key(question: Question, right: int, text: str, place: Place) -> Iterator[Diagnostic]:
    """The same where so many choices are right."""
    worth = question.credits
    for number, of in enumerate(formula.outcomes(right, len(question.choices) - right, worth)):
        which = f"{of.rt} of {of.r} right and {of.wt} of {of.w} wrong choices crossed"
        who = f"question {question.number}, {which}"
        if question.kind is QuestionKind.SINGLE and of.rt + of.wt != 1:
            continue  # no answer, and never scored
        try:
            earned = formula.value(text, of)
        except ZeroDivisionError:
            hint = "see that no divisor can be 0: (r + 1) or max(1, r) never are"
            yield Diagnostic("formula-undefined", f"the formula divides by zero for {who}", place, hint)
            return
        given = f"the formula gives {show_credits(earned)} credits of {show_credits(worth)} for {who}"
        if number == 0 and earned != worth:
            hint = "the right answer must give the credits, as in max(0, (rt - wt) / r) * credits"
            yield Diagnostic("formula-credits", given, place, hint)
            return
        if earned > worth:
            hint = "no other answer may give more than the right one; write min(credits, …) around it"
            yield Diagnostic("formula-credits", given, place, hint)
            return
