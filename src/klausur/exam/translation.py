"""Papers in several languages: whether a translation asks the same, what it may leave out, both on one paper.

A translation has the questions of the exam's own language with their ids, their credits and their key, so
that reading and grading need not know of it. Solutions and rubrics may be told in the first one alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic
from klausur.exam import check_number
from klausur.exam.content import Content
from klausur.exam.model import Exam, Problem, Question
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem

_GUTTER = "6mm"
"""Between a text and its translation beside it."""
_ON_ONE_LINE = 60
"""Characters up to which a choice and its translation stand on one line."""


def differences(own: Sequence[Problem], other: Sequence[Problem]) -> Iterator[Diagnostic]:
    """Where a translation asks something else than the exam's own language, at its place in the translation.

    Both have the same problems, in the same order.
    """
    for problem, translated in zip(own, other, strict=True):
        for what, one, two in (
            ("best", problem.best, translated.best),
            (".fixed", problem.fixed, translated.fixed),
            ("shuffle", problem.shuffle, translated.shuffle),
        ):
            if one != two:
                yield _differs(problem, translated, f"{what} is {_shown(two)} here and {_shown(one)} there")
        yield from _questions(problem, translated)


def _questions(problem: Problem, translated: Problem) -> Iterator[Diagnostic]:
    there = {question.id: question for question in translated.questions}
    known = {question.id for question in problem.questions}
    for question in problem.questions:
        if question.id not in there:
            yield _differs(question, translated, f"question {question.id} is lacking here")
    for question in translated.questions:
        if question.id not in known:
            yield _differs(problem, question, f"question {question.id} is not there")
    if known == set(there):
        if list(there) != [question.id for question in problem.questions]:
            yield _differs(problem, translated, "the questions stand in another order there")
        for question in problem.questions:
            yield from _question(question, there[question.id])


def _question(own: Question, other: Question) -> Iterator[Diagnostic]:
    letters, theirs = ({c.id: c for c in question.choices} for question in (own, other))
    told = [
        ("kind", own.kind, other.kind),
        ("credits", own.credits, other.credits),
        ("step", own.step, other.step),
        ("bonus", own.bonus, other.bonus),
        (".fixed", own.fixed, other.fixed),
        ("shuffle", own.shuffle, other.shuffle),
        ("scheme", own.scheme, other.scheme),
        ("the number of choices", len(letters), len(theirs)),
        ("the number of columns", len(own.heads), len(other.heads)),
        ("accept", own.accepted, other.accepted),
        ("the boxes for a number", _boxes(own), _boxes(other)),
        ("what is expected", own.expected, other.expected),
        ("the row of blanks", _blanks(own), _blanks(other)),
    ]
    if letters.keys() == theirs.keys():
        for letter, choice in letters.items():
            one, two = choice, theirs[letter]
            for name, mine, his in (
                (f"choice {letter}", _box(right=one.right), _box(right=two.right)),
                (f"the weight of choice {letter}", one.weight, two.weight),
                (f"whether choice {letter} is fixed", one.fixed, two.fixed),
            ):
                if mine != his:
                    yield _differs(
                        one.content, two.content, f"{name} is {_shown(his)} here and {_shown(mine)} there"
                    )
    if own.rubric is not None and other.rubric is not None:
        told.append(("the credits in the rubric", _worths(own.rubric), _worths(other.rubric)))
    for what, here, there in told:
        if here != there:
            yield _differs(own, other, f"{what} is {_shown(there)} here and {_shown(here)} there")


def _boxes(question: Question) -> tuple[object, ...] | None:
    boxes = question.boxes
    return None if boxes is None else (boxes.digits, boxes.decimals, boxes.sign)


def _blanks(question: Question) -> str:
    """The numbers in blanks of a text, one after the other: they count by their order."""
    return "; ".join(
        f"{' or '.join(map(check_number.shown, blank.expected))} in {check_number.described(blank.boxes)}"
        for blank in question.blanks
    )


def _box(*, right: bool) -> str:
    return "[x]" if right else "[ ]"


def _worths(rubric: Rubric) -> str:
    """The credits of a rubric in their tree."""

    def told(member: RubricItem | RubricGroup) -> str:
        if isinstance(member, RubricItem):
            return member.gives
        how = " either" * member.either + (
            "" if member.cap is None else f" at most {show_credits(member.cap)}"
        )
        return f"({', '.join(map(told, member.members))}){how}"

    return told(rubric.root)


def _shown(value: object) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_Placed = Problem | Question | Content


def _differs(own: _Placed, other: _Placed, what: str) -> Diagnostic:
    message = f"the translation differs from {own.place}: {what}"
    return Diagnostic("translation-differs", message, other.place, "make both say the same")


def completed(own: Sequence[Problem], other: Sequence[Problem]) -> tuple[Problem, ...]:
    """A translation with the solutions and rubrics that it leaves to the exam's own language."""
    known = {question.id: question for problem in own for question in problem.questions}

    def whole(question: Question) -> Question:
        first = known.get(question.id)
        if first is None:
            return question
        return replace(
            question,
            solution=question.solution or first.solution,
            rubric=question.rubric or first.rubric,
        )

    return tuple(replace(problem, questions=tuple(map(whole, problem.questions))) for problem in other)


def together(exams: Sequence[Exam], variant: int, *, beside: bool = False) -> Exam:
    """One exam with the texts of all its languages, the first one's first; solutions are those of the first.

    They ask the same, as far as `differences` finds. With ``beside`` a text of a problem and its translations
    stand side by side, each in a column of its own, where they have no room on one line.
    """
    own, *others = exams
    side = _Side(others, beside=beside)
    return replace(
        own,
        title=_line(exam.title for exam in exams),
        module=_line(exam.module for exam in exams),
        kind=_line(exam.kind for exam in exams),
        instructions=tuple(
            _Side(others, beside=False).both(told, [_nth(o.instructions, n) for o in others])
            for n, told in enumerate(own.instructions)
        ),
        problems=tuple(
            _problem(problem, [other.problems[n] for other in others], side)
            for n, problem in enumerate(own.problems)
        ),
        variant=variant,
    )


def _problem(own: Problem, others: Sequence[Problem], side: "_Side") -> Problem:
    there = [{question.id: question for question in other.questions} for other in others]
    return replace(
        own,
        title=_line((own.title, *(other.title for other in others))),
        content=side.maybe(own.content, [other.content for other in others]),
        questions=tuple(_asked(q, [known.get(q.id) for known in there], side) for q in own.questions),
        source="\0".join((own.source, *(other.source for other in others))),
    )


def _asked(own: Question, others: Sequence[Question | None], side: "_Side") -> Question:
    choices = [
        [_nth([c.content for c in other.choices], n) if other else None for other in others]
        for n in range(len(own.choices))
    ]
    short = all(_short([choice.content, *more]) for choice, more in zip(own.choices, choices, strict=True))
    return replace(
        own,
        title=_line((own.title, *(other.title for other in others if other is not None))),
        content=side.both(own.content, [None if other is None else other.content for other in others]),
        before=side.maybe(own.before, [None if other is None else other.before for other in others]),
        heads=tuple(
            side.both(head, [_nth(other.heads, n) if other else None for other in others], on_one_line=True)
            for n, head in enumerate(own.heads)
        ),
        choices=tuple(
            replace(choice, content=side.both(choice.content, more, on_one_line=short))
            for choice, more in zip(own.choices, choices, strict=True)
        ),
    )


def _nth(texts: Sequence[Content], n: int) -> Content | None:
    return texts[n] if n < len(texts) else None


def _short(texts: Sequence[Content | None]) -> bool:
    """Whether a text and its translations have room on one line."""
    there = [text for text in texts if text is not None]
    return sum(len(text.text) for text in there) <= _ON_ONE_LINE and not any(
        "\n\n" in text.typst.strip() or text.figures for text in there
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """How texts stand with their translations: in the languages of these exams, ``beside`` or below them."""

    exams: Sequence[Exam]
    beside: bool

    def maybe(self, own: Content | None, others: Sequence[Content | None]) -> Content | None:
        """A text that the first language may lack."""
        if own is None:
            return next((other for other in others if other is not None), None)
        return self.both(own, others)

    def both(self, own: Content, others: Sequence[Content | None], *, on_one_line: bool = False) -> Content:
        """A text and its translations, each in italics: on one line, side by side, or below one another."""
        more = [
            (_read_along(other), exam.language)
            for other, exam in zip(others, self.exams, strict=True)
            if other is not None and other.typst.strip() != own.typst.strip()
        ]
        if not more:
            return own
        texts = (own, *(other for other, _ in more))
        return Content(
            typst=self._typst(own, more, on_one_line=on_one_line),
            html="".join((own.html, *(f'<div lang="{language}">{t.html}</div>' for t, language in more))),
            text="\n".join(text.text for text in texts),
            place=own.place,
            figures=tuple(figure for text in texts for figure in text.figures),
            formulas=tuple(formula for text in texts for formula in text.formulas),
        )

    def _typst(self, own: Content, more: Sequence[tuple[Content, str]], *, on_one_line: bool) -> str:
        if on_one_line:
            set_in = (f'#text(lang: "{lang}", style: "italic")[{text.typst.strip()}]' for text, lang in more)
            return " / ".join((own.typst.strip(), *set_in))
        if self.beside:
            columns = "".join(
                f'[#set text(lang: "{lang}", style: "italic")\n{text.typst}\n],\n' for text, lang in more
            )
            count = 1 + len(more)
            return (
                f"#grid(columns: (1fr,) * {count}, column-gutter: {_GUTTER}, [\n{own.typst}\n],\n{columns})"
            )
        # what is set in italics alone is one block; so each of its paragraphs may still break from the next
        parts = (f'#[#set text(lang: "{lang}", style: "italic")\n{text.typst}\n]' for text, lang in more)
        return "\n\n".join((own.typst, *parts))


def _read_along(text: Content) -> Content:
    """A translation that stands below its text, into whose blanks all is written."""
    typst = text.typst.replace("))<number-blank>", "))<blank-above>").replace(
        "]))<blank>", "]))<blank-above>"
    )
    return replace(text, typst=typst)


def _line(texts: "Iterator[str] | Sequence[str]") -> str:
    """Titles on one line, each once."""
    return " / ".join(dict.fromkeys(text for text in texts if text))
