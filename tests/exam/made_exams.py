"""Made-up exams for Hypothesis: every field of the model with any value, in several variants with files."""

from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from klausur.base.diagnostics import Place
from klausur.exam.content import Content, Figure, Formula
from klausur.exam.frozen import Frozen
from klausur.exam.model import (
    AtHome,
    BonusFor,
    Choice,
    Exam,
    GradeKey,
    Grading,
    Marking,
    Problem,
    Question,
    QuestionKind,
    RoundAt,
    Rounding,
    RoundKind,
    Ruling,
    Scheme,
    SchemeKind,
    Shuffled,
    Space,
    Strike,
    Variants,
)
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem

FOLDER = Path("made-up")
FILES = ("figures/a.png", "figures/b.svg", "fonts/c.ttf")

moments = st.datetimes(datetime(2000, 1, 1))  # noqa: DTZ001 - as an exam has them
texts = st.text(st.characters(codec="utf-8"), max_size=6)
amounts = st.sampled_from([Fraction(n, 4) for n in range(-8, 13)] + [Fraction(1, 3), Fraction(10**15, 7)])
worths = st.sampled_from([Fraction(n, 2) for n in range(1, 7)])
places = st.builds(Place, texts, st.integers(0, 99), st.integers(0, 9))
contents = st.builds(
    Content,
    typst=texts,
    html=texts,
    text=texts,
    place=places,
    figures=st.lists(st.builds(Figure, st.sampled_from(FILES), places), max_size=2).map(tuple),
    formulas=st.lists(st.builds(Formula, texts, places), max_size=1).map(tuple),
)
formulas = st.sampled_from(["", "rt - wt", "credits / 2"])
schemes = st.builds(Scheme, st.sampled_from(SchemeKind), amounts, formulas)
items = st.builds(RubricItem, texts, amounts, contents, st.booleans(), st.none() | amounts)
groups = st.recursive(
    st.builds(RubricGroup, texts, st.just(())),
    lambda inner: st.builds(
        RubricGroup,
        texts,
        st.lists(items | inner, max_size=3).map(tuple),
        st.none() | amounts,
        st.booleans(),
        st.none() | contents,
    ),
    max_leaves=3,
)
rubrics = st.builds(Rubric, groups, st.lists(contents, max_size=1).map(tuple))
shares = st.none() | amounts
grade_keys = st.builds(
    GradeKey,
    st.lists(st.tuples(texts, amounts), max_size=2).map(tuple),
    texts,
    st.booleans(),
    st.booleans(),
    shares,
    shares,
    texts,
    shares,
    shares,
)
digit_boxes = st.builds(DigitBoxes, st.integers(1, 9), st.integers(0, 6), st.booleans(), texts)
expected = st.lists(st.builds(ExpectedNumber, amounts, worths, worths), max_size=2).map(tuple)
number_blanks = st.lists(st.builds(NumberBlank, digit_boxes, expected), max_size=2).map(tuple)
roundings = st.builds(Rounding, st.sampled_from(RoundKind), worths, st.sampled_from(RoundAt))


@st.composite
def questions(draw: st.DrawFn, id_: str) -> Question:
    """A question; one of multiple choice has choices by letter."""
    kind = draw(st.sampled_from(QuestionKind))
    choice = kind.chosen
    table = kind is QuestionKind.TABLE
    letters = list("abc"[: draw(st.integers(1, 3))] if choice else "")
    said = {letter: draw(contents) for letter in letters}
    boxes = [f"{letter}{at}" for letter in letters for at in (1, 2)] if table else letters
    return Question(
        id=id_,
        number=draw(texts),
        kind=kind,
        title=draw(texts),
        content=draw(contents),
        credits=draw(worths),
        place=draw(places),
        choices=tuple(
            Choice(c, said[c[0]], draw(st.booleans()), draw(st.booleans()), draw(shares)) for c in boxes
        ),
        space=None if choice else draw(st.builds(Space, st.floats(5, 250), st.sampled_from(Ruling))),
        solution=draw(st.none() | contents),
        rubric=None if choice else draw(st.none() | rubrics),
        step=Fraction(1) if choice else draw(st.sampled_from([Fraction(1), Fraction(1, 2)])),
        before=draw(st.none() | contents),
        scheme=draw(st.none() | schemes) if choice else None,
        bonus=draw(st.booleans()),
        columns=draw(st.none() | st.integers(1, 3)),
        fixed=draw(st.booleans()),
        shuffle=draw(st.booleans()),
        accepted=draw(st.sampled_from([(), (("a",),), ((), ("a", "b"))])) if choice else (),
        boxes=draw(digit_boxes) if kind is QuestionKind.NUMBER else None,
        expected=draw(expected) if kind is QuestionKind.NUMBER else (),
        blanks=draw(number_blanks) if kind is QuestionKind.NUMBER_BLANKS else (),
        heads=(draw(contents), draw(contents)) if table else (),
    )


@st.composite
def problems(draw: st.DrawFn, id_: str) -> Problem:
    """A problem of one or two questions."""
    return Problem(
        id=id_,
        number=draw(st.integers(1, 9)),
        title=draw(texts),
        content=draw(st.none() | contents),
        questions=tuple(draw(questions(f"{id_}-{n}")) for n in range(draw(st.integers(1, 2)))),
        place=draw(places),
        source=draw(texts),
        values=tuple(draw(st.dictionaries(texts, texts, max_size=2)).items()),
        fixed=draw(st.booleans()),
        shuffle=draw(st.booleans()),
        best=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def frozens(draw: st.DrawFn) -> Frozen:
    """An exam in one to three variants, which share some of their problems."""
    ids = ["one", "two"][: draw(st.integers(1, 2))]
    shared = [draw(problems(id_)) for id_ in ids]
    first = Exam(
        folder=FOLDER,
        slug=draw(texts),
        title=draw(texts),
        module=draw(texts),
        kind=draw(texts),
        date=draw(st.dates(date(2000, 1, 1))),
        start=draw(st.builds(time, st.integers(0, 23), st.integers(0, 59))),
        minutes=draw(st.integers(1, 500)),
        examiner=draw(texts),
        instructions=tuple(draw(st.lists(contents, max_size=2))),
        paper=draw(st.sampled_from(["a4", "letter"])),
        language=draw(st.sampled_from(["en", "de"])),
        scheme=draw(schemes),
        grades=draw(grade_keys),
        problems=tuple(shared),
        extra_pages=draw(st.integers(0, 3)),
        region=draw(st.sampled_from(["", "CH", "AT"])),
        macros=draw(st.sampled_from([(), (("\\R", "\\mathbb{R}"), ("\\half", "\\frac{#1}{2}"))])),
        digest=draw(texts),
        declared_pages=draw(st.none() | st.integers(1, 9)),
        registration_digits=draw(st.integers(0, 9)),
        four_eyes=draw(st.booleans()),
        signs_on_glass=draw(st.booleans()),
        home=draw(st.none() | st.builds(AtHome, moments, moments, st.integers(0, 180))),
        marking=draw(st.sampled_from(Marking)),
        candidate_columns=tuple(
            draw(st.lists(st.tuples(texts, st.lists(texts, max_size=2).map(tuple)), max_size=2))
        ),
        grading=Grading(
            draw(st.none() | roundings),
            tuple((id_, draw(st.sampled_from(Strike))) for id_ in draw(st.sampled_from([(), ("one-0",)]))),
            draw(st.sampled_from(BonusFor)),
            tuple(draw(st.dictionaries(texts, amounts, max_size=2)).items()),
        ),
        variants=draw(
            st.builds(
                Variants,
                st.none() | st.integers(1, 9),
                st.integers(0, 9),
                st.lists(st.sampled_from(Shuffled), unique=True).map(tuple),
            )
        ),
    )
    numbers = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=3)))
    exams = [replace(first, variant=numbers[0])]
    for number in numbers[1:]:
        own = draw(st.sampled_from(range(len(ids))))
        kinds = {q.id: q.kind for q in shared[own].questions}
        other = draw(problems(ids[own]).filter(lambda p: {q.id: q.kind for q in p.questions} == kinds))  # noqa: B023
        mixed = tuple(other if p.id == other.id else p for p in shared)
        exams.append(replace(first, problems=mixed, variant=number))
    return Frozen(tuple(exams), {path: draw(st.binary(max_size=9)) for path in FILES})


KEY_PARTS = ("right", "credits", "rubric", "solution", "scheme", "bonus", "struck", "exam-scheme", "grades")


@st.composite
def mended(draw: st.DrawFn, frozen: Frozen) -> Frozen:
    """The same exam with a few items of its key mended, alike in all variants, none of its paper."""
    made = frozen
    ids = [q.id for q in frozen.first.questions]
    for _ in range(draw(st.integers(0, 3))):
        part, id_, coin = draw(st.sampled_from(KEY_PARTS)), draw(st.sampled_from(ids)), draw(st.booleans())
        text, worth = draw(contents), draw(worths)
        rubric, scheme, key = draw(rubrics), draw(schemes), draw(grade_keys)
        question = next(q for q in frozen.first.questions if q.id == id_)
        choice = question.kind is QuestionKind.CHOICE
        fitting = [worth] if choice else _fitting(frozen, id_)
        table: dict[str, dict[str, object]] = {
            "solution": {"solution": text},
            "bonus": {"bonus": coin},
            "credits": {"credits": draw(st.sampled_from(fitting))} if fitting else {},
            "rubric": {} if choice else {"rubric": rubric},
            "scheme": {"scheme": scheme} if choice else {},
        }
        change = table.get(part, {})
        made = replace(made, exams=tuple(_changed(e, id_, change) for e in made.exams))
        if part == "right":
            made = replace(made, exams=tuple(_flipped(e, id_) for e in made.exams))
        elif part == "exam-scheme":
            made = replace(made, exams=tuple(replace(e, scheme=scheme) for e in made.exams))
        elif part == "grades":
            made = replace(made, exams=tuple(replace(e, grades=key) for e in made.exams))
        elif part == "struck":
            struck = Grading(frozen.first.grading.rounding, ((id_, Strike.FULL if coin else Strike.DROPPED),))
            made = replace(made, exams=tuple(replace(e, grading=struck) for e in made.exams))
    return made


def _fitting(frozen: Frozen, id_: str) -> list[Fraction]:
    """The credits of a question for which there is a box in each of its variants."""
    asked = [q for exam in frozen.exams for q in exam.questions if q.id == id_]
    return sorted(set.intersection(*({*q.credit_values[1:], q.credits} for q in asked)))


def _changed(exam: Exam, id_: str, change: dict[str, object]) -> Exam:
    def question(q: Question) -> Question:
        return replace(q, **change) if q.id == id_ else q  # type: ignore[arg-type]  # one of its fields

    # Without a source: these texts were made, not read from Markdown.
    problems_ = (
        replace(p, questions=tuple(question(q) for q in p.questions), source="") for p in exam.problems
    )
    return replace(exam, problems=tuple(problems_))


def _flipped(exam: Exam, id_: str) -> Exam:
    question = next(q for q in exam.questions if q.id == id_)
    return _changed(exam, id_, {"choices": tuple(replace(c, right=not c.right) for c in question.choices)})
