"""From the model to the JSON's types: equal texts, questions, problems and heads stand once."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from klausur.base.diagnostics import Place
from klausur.exam import content, model
from klausur.exam.frozen import form
from klausur.exam.frozen.model import Frozen
from klausur.exam.number import DigitBoxes, ExpectedNumber
from klausur.exam.rubric import Rubric, RubricGroup

T = TypeVar("T", bound=Hashable)


class EachOnce(Generic[T]):
    """Things in the order in which they first come, each once."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    def number(self, thing: T) -> int:
        """The index of a thing, which is added if it is new."""
        return self._numbers.setdefault(thing, len(self._numbers))

    @property
    def things(self) -> list[T]:
        """All of them."""
        return list(self._numbers)


def written(frozen: Frozen, schema: str) -> form.File:
    """The whole in the JSON's types."""
    writer = _Writer()
    variants = [writer.variant(exam) for exam in frozen.exams]
    return form.File(
        schema=schema,
        variants=variants,
        heads=writer.heads.things,
        problems=writer.problems.things,
        questions=writer.questions.things,
        contents=writer.contents.things,
        files=dict(frozen.files),
    )


class _Writer:
    """Holds the lists while the exams are gone through.

    What variants share is the same object in each, so most things are found by identity, for which the
    exams must outlive the writer.
    """

    def __init__(self) -> None:
        self.heads: EachOnce[form.Head] = EachOnce()
        self.problems: EachOnce[form.Problem] = EachOnce()
        self.questions: EachOnce[form.Question] = EachOnce()
        self.contents: EachOnce[form.Content] = EachOnce()
        self._known: dict[int, int] = {}

    def variant(self, exam: model.Exam) -> form.Variant:
        return form.Variant(
            exam.variant,
            self.heads.number(self.head(exam)),
            tuple(self.problems.number(self.problem(problem)) for problem in exam.problems),
        )

    def head(self, exam: model.Exam) -> form.Head:
        return form.Head(
            slug=exam.slug,
            title=exam.title,
            date=exam.date,
            start=exam.start,
            minutes=exam.minutes,
            paper=exam.paper,
            language=exam.language,
            scheme=_scheme(exam.scheme),
            grades=_grades(exam.grades),
            digest=exam.digest,
            module=exam.module,
            kind=exam.kind,
            examiner=exam.examiner,
            instructions=tuple(self.content(c) for c in exam.instructions),
            extra_pages=exam.extra_pages,
            declared_pages=exam.declared_pages,
            registration_digits=exam.registration_digits,
            marking="" if exam.marking is model.Marking.CROSS else str(exam.marking),
            credit_form="" if exam.credit_form is model.CreditForm.BOXES else str(exam.credit_form),
            candidate_columns=exam.candidate_columns,
            rounding=_rounding(exam.grading.rounding),
            struck=tuple((question, str(strike)) for question, strike in exam.grading.struck),
            bonus_for="" if exam.grading.bonus_for is model.BonusFor.ALL else str(exam.grading.bonus_for),
            homework=exam.grading.homework,
            variants=form.Variants(
                exam.variants.count, exam.variants.seed, tuple(str(s) for s in exam.variants.shuffle)
            ),
            languages=exam.languages,
            together=exam.together,
            on_sheet=exam.on_sheet,
            release=exam.release,
            macros=exam.macros,
            region=exam.region,
            four_eyes=exam.four_eyes,
            signs_on_glass=exam.signs_on_glass,
            home=_home(exam.home),
            own_paper=exam.own_paper,
        )

    def problem(self, problem: model.Problem) -> form.Problem:
        return form.Problem(
            id=problem.id,
            number=problem.number,
            place=_spot(problem.place),
            title=problem.title,
            content=self.maybe(problem.content),
            questions=tuple(self.question(q) for q in problem.questions),
            source=problem.source,
            values=problem.values,
            fixed=problem.fixed,
            shuffle=problem.shuffle,
            on_new_page=problem.on_new_page,
            columns=problem.columns,
            best=problem.best,
        )

    def question(self, question: model.Question) -> int:
        known = self._known.get(id(question))
        if known is None:
            known = self._known[id(question)] = self.questions.number(self._question(question))
        return known

    def _question(self, question: model.Question) -> form.Question:
        space = question.space
        return form.Question(
            id=question.id,
            number=question.number,
            kind=str(question.kind),
            content=self.content(question.content),
            credits=question.credits,
            place=_spot(question.place),
            title=question.title,
            choices=tuple(
                form.Choice(c.id, self.content(c.content), c.right, c.fixed, c.weight)
                for c in question.choices
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
            boxes=None if question.boxes is None else _boxes(question.boxes),
            expected=_expected(question.expected),
            blanks=tuple(form.Blank(_boxes(b.boxes), _expected(b.expected)) for b in question.blanks),
            heads=tuple(self.content(head) for head in question.heads),
        )

    def rubric(self, written: Rubric) -> form.Rubric:
        return form.Rubric(self.group(written.root), tuple(self.content(note) for note in written.notes))

    def group(self, group: RubricGroup) -> form.Group:
        members = tuple(
            self.group(m)
            if isinstance(m, RubricGroup)
            else form.Item(m.id, m.credits, self.content(m.content), m.each, m.full)
            for m in group.members
        )
        return form.Group(group.id, members, group.cap, group.either, self.maybe(group.content))

    def maybe(self, text: content.Content | None) -> int | None:
        return None if text is None else self.content(text)

    def content(self, text: content.Content) -> int:
        known = self._known.get(id(text))
        if known is None:
            known = self._known[id(text)] = self.contents.number(_content(text))
        return known


def _boxes(boxes: DigitBoxes) -> form.Boxes:
    return form.Boxes(boxes.digits, boxes.decimals, boxes.sign, boxes.unit)


def _expected(numbers: Sequence[ExpectedNumber]) -> tuple[form.Expected, ...]:
    return tuple(form.Expected(one.value, one.credits, one.within) for one in numbers)


def _content(text: content.Content) -> form.Content:
    return form.Content(
        place=_spot(text.place),
        typst=text.typst,
        html=text.html,
        text=text.text,
        figures=tuple(form.Figure(f.path, _spot(f.place), f.described) for f in text.figures),
        formulas=tuple(form.Formula(f.typst, _spot(f.place)) for f in text.formulas),
    )


def _spot(place: Place) -> form.Spot:
    return place.file, place.line, place.column


def _space(space: model.Space) -> form.Space:
    return form.Space(space.height, str(space.ruling), space.rest, space.pages)


def _scheme(scheme: model.Scheme) -> form.Scheme:
    return form.Scheme(str(scheme.kind), scheme.floor, scheme.formula)


def _grades(key: model.GradeKey) -> form.Grades:
    return form.Grades(
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


def _rounding(rule: model.Rounding | None) -> form.Rounding | None:
    return None if rule is None else form.Rounding(str(rule.kind), rule.step, str(rule.at))


def _home(home: model.AtHome | None) -> form.Home | None:
    return None if home is None else form.Home(home.questions, home.until, home.grace)
