"""From the JSON's types to the model; what stands there once is one object here, which all variants share."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from klausur.base import regions
from klausur.base.diagnostics import Place
from klausur.base.geometry import PAPERS
from klausur.exam import content, model
from klausur.exam.frozen import form
from klausur.exam.frozen.model import Frozen
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem

T = TypeVar("T")


def model_of(file: form.File, folder: Path) -> Frozen:
    """The exams, said to live in this folder, and their files.

    Raises:
        ValueError: the file contradicts itself, or a word in it is unknown.
    """
    for path in file.files:
        _check_path(path)
    reader = _Reader([_content(text) for text in file.contents], file.questions)
    return Frozen(_exams(reader, file, folder), file.files)


def bare_model_of(file: form.Bare, folder: Path) -> Frozen:
    """The same without texts and files, in a tenth of the time: for who only scores.

    Raises:
        ValueError: the file contradicts itself, or a word in it is unknown.
    """
    return Frozen(_exams(_BareReader(file.questions), file, folder), {})


def _exams(reader: "_Reader", file: form.File | form.Bare, folder: Path) -> tuple[model.Exam, ...]:
    heads = [reader.head(head, folder) for head in file.heads]
    problems = [reader.problem(problem) for problem in file.problems]
    numbers = [variant.number for variant in file.variants]
    if not numbers or numbers != sorted(set(numbers)):
        raise ValueError("it has no variants, or has them not once each by rising number")
    return tuple(
        replace(
            _at(heads, v.head),
            problems=tuple(_at(problems, n) for n in v.problems),
            variant=v.number,
        )
        for v in file.variants
    )


def _check_path(path: str) -> None:
    """Refuse a path that would leave the folder into which it is written."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path or "\\" in path:
        raise ValueError(f"the path {path!r} does not stay in the exam's folder")


def _at(things: Sequence[T], number: int) -> T:
    if not 0 <= number < len(things):
        raise ValueError(f"the index {number} names nothing")
    return things[number]


class _Reader:
    """Contents and questions are made first, since the rest names them by index."""

    def __init__(self, contents: Sequence[content.Content], questions: Sequence[form.Question]) -> None:
        self.contents = contents
        self.questions = [self.question(question) for question in questions]

    def head(self, head: form.Head, folder: Path) -> model.Exam:
        """An exam that has no problems yet."""
        if head.paper not in PAPERS:
            raise ValueError(f"the paper {head.paper!r} is unknown")
        if not regions.is_known(head.language, head.region):
            raise ValueError(f"the region {head.region!r} is unknown")
        return model.Exam(
            folder=folder,
            slug=head.slug,
            title=head.title,
            module=head.module,
            kind=head.kind,
            date=head.date,
            start=head.start,
            minutes=head.minutes,
            examiner=head.examiner,
            instructions=tuple(self.text(n) for n in head.instructions),
            paper=head.paper,
            language=head.language,
            scheme=_scheme(head.scheme),
            grades=_grades(head.grades),
            problems=(),
            extra_pages=head.extra_pages,
            digest=head.digest,
            declared_pages=head.declared_pages,
            registration_digits=head.registration_digits,
            marking=model.Marking(head.marking or model.Marking.CROSS),
            credit_form=model.CreditForm(head.credit_form or model.CreditForm.BOXES),
            candidate_columns=head.candidate_columns,
            grading=model.Grading(
                _rounding(head.rounding),
                tuple((question, model.Strike(strike)) for question, strike in head.struck),
                model.BonusFor(head.bonus_for or model.BonusFor.ALL),
                head.homework,
            ),
            variants=model.Variants(
                head.variants.count,
                head.variants.seed,
                tuple(model.Shuffled(what) for what in head.variants.shuffle),
            ),
            languages=head.languages,
            together=head.together,
            on_sheet=head.on_sheet,
            release=head.release,
            macros=head.macros,
            region=head.region,
            four_eyes=head.four_eyes,
            signs_on_glass=head.signs_on_glass,
            home=_home(head.home),
            own_paper=head.own_paper,
        )

    def problem(self, problem: form.Problem) -> model.Problem:
        return model.Problem(
            id=problem.id,
            number=problem.number,
            title=problem.title,
            content=self.maybe(problem.content),
            questions=tuple(_at(self.questions, n) for n in problem.questions),
            place=Place(*problem.place),
            source=problem.source,
            values=problem.values,
            fixed=problem.fixed,
            shuffle=problem.shuffle,
            on_new_page=problem.on_new_page,
            columns=problem.columns,
            best=problem.best,
        )

    def question(self, question: form.Question) -> model.Question:
        space = question.space
        return model.Question(
            id=question.id,
            number=question.number,
            kind=model.QuestionKind(question.kind),
            title=question.title,
            content=self.text(question.content),
            credits=question.credits,
            place=Place(*question.place),
            choices=tuple(
                model.Choice(c.id, self.text(c.content), c.right, c.fixed, c.weight) for c in question.choices
            ),
            space=None if space is None else _space(space),
            solution=self.maybe(question.solution),
            rubric=None if question.rubric is None else self.rubric(question.rubric),
            step=question.step,
            before=self.maybe(question.before),
            scheme=None if question.scheme is None else _scheme(question.scheme),
            bonus=question.bonus,
            columns=question.columns,
            fixed=question.fixed,
            shuffle=question.shuffle,
            on_new_page=question.on_new_page,
            accepted=question.accepted,
            boxes=_boxes(question.boxes),
            expected=_expected(question.expected),
            blanks=_blanks(question.blanks),
            heads=tuple(self.text(n) for n in question.heads),
        )

    def rubric(self, kept: form.Rubric) -> Rubric:
        return Rubric(self.group(kept.root), tuple(self.text(n) for n in kept.notes))

    def group(self, group: form.Group) -> RubricGroup:
        members = tuple(
            self.group(m)
            if isinstance(m, form.Group)
            else RubricItem(m.id, m.credits, self.text(m.content), m.each, m.full)
            for m in group.members
        )
        return RubricGroup(group.id, members, group.cap, group.either, self.maybe(group.content))

    def text(self, number: int) -> content.Content:
        return _at(self.contents, number)

    def maybe(self, number: int | None) -> content.Content | None:
        return None if number is None else self.text(number)


class _BareReader(_Reader):
    """All texts are one empty text."""

    def __init__(self, questions: Sequence[form.BareQuestion]) -> None:
        self.contents = ()
        self.questions = [_bare(question) for question in questions]

    def text(self, _number: int) -> content.Content:
        return _NO_TEXT


_NO_TEXT = content.Content(typst="", html="", text="", place=Place(""))


def _bare(question: form.BareQuestion) -> model.Question:
    return model.Question(
        id=question.id,
        number=question.number,
        kind=model.QuestionKind(question.kind),
        title="",
        content=_NO_TEXT,
        credits=question.credits,
        place=_NO_TEXT.place,
        choices=tuple(model.Choice(c.id, _NO_TEXT, c.right, c.fixed, c.weight) for c in question.choices),
        step=question.step,
        before=None if question.before is None else _NO_TEXT,
        scheme=None if question.scheme is None else _scheme(question.scheme),
        bonus=question.bonus,
        fixed=question.fixed,
        shuffle=question.shuffle,
        accepted=question.accepted,
        boxes=_boxes(question.boxes),
        expected=_expected(question.expected),
        blanks=_blanks(question.blanks),
    )


def _boxes(kept: form.Boxes | None) -> DigitBoxes | None:
    return None if kept is None else _digit_boxes(kept)


def _digit_boxes(kept: form.Boxes) -> DigitBoxes:
    return DigitBoxes(kept.digits, kept.decimals, kept.sign, kept.unit)


def _blanks(kept: Sequence[form.Blank]) -> tuple[NumberBlank, ...]:
    return tuple(NumberBlank(_digit_boxes(blank.boxes), _expected(blank.expected)) for blank in kept)


def _expected(kept: Sequence[form.Expected]) -> tuple[ExpectedNumber, ...]:
    return tuple(ExpectedNumber(one.value, one.credits, one.within) for one in kept)


def _content(text: form.Content) -> content.Content:
    return content.Content(
        typst=text.typst,
        html=text.html,
        text=text.text,
        place=Place(*text.place),
        figures=tuple(content.Figure(f.path, Place(*f.place), f.described) for f in text.figures),
        formulas=tuple(content.Formula(f.typst, Place(*f.place)) for f in text.formulas),
    )


def _space(space: form.Space) -> model.Space:
    return model.Space(space.height, model.Ruling(space.ruling), space.rest, space.pages)


def _scheme(scheme: form.Scheme) -> model.Scheme:
    return model.Scheme(model.SchemeKind(scheme.kind), scheme.floor, scheme.formula)


def _grades(key: form.Grades) -> model.GradeKey:
    return model.GradeKey(
        key.thresholds,
        key.fail,
        key.percent,
        key.linear,
        key.best_share,
        key.pass_share,
        key.passes,
        key.glide,
        key.glide_floor,
    )


def _rounding(rule: form.Rounding | None) -> model.Rounding | None:
    if rule is None:
        return None
    return model.Rounding(model.RoundKind(rule.kind), rule.step, model.RoundAt(rule.at))


def _home(home: form.Home | None) -> model.AtHome | None:
    return None if home is None else model.AtHome(home.questions, home.until, home.grace)
