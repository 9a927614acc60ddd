"""From sections and converted pieces to the model: reads each heading's attributes, numbers what is asked."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from string import ascii_lowercase

from klausur.base.credits import Credits
from klausur.exam import accepted
from klausur.exam.content import Content
from klausur.exam.header import Header
from klausur.exam.model import (
    Choice,
    Exam,
    Problem,
    Question,
    QuestionKind,
    Ruling,
    Scheme,
    SchemeKind,
    Space,
)
from klausur.exam.source import blanks, number_blanks, rubric
from klausur.exam.source.attributes import (
    FIXED,
    Attributes,
    accepted_value,
    check_id,
    columns_value,
    credits_value,
    formula_value,
    length_mm,
    new_page,
    one_of,
    part_of_credits,
    problem_columns_value,
    slug,
    space_value,
    step_value,
    whole,
    yes_or_no,
)
from klausur.exam.source.boxed_table import AS_WELL, RIGHT, BoxedTable
from klausur.exam.source.pieces import Piece
from klausur.exam.source.sections import ProblemSection, QuestionSection
from klausur.exam.source.translated_files import untranslated

TAKES: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.CHOICE: (
        "credits", "kind", "scheme", "floor", "formula", "bonus", "columns", "shuffle",
        "accept", "break", "tags", f".{FIXED}",
    ),
    QuestionKind.SINGLE: (
        "credits", "kind", "scheme", "floor", "formula", "bonus", "columns", "shuffle",
        "accept", "break", "tags", f".{FIXED}",
    ),
    QuestionKind.TABLE: (
        "credits", "kind", "scheme", "floor", "bonus", "shuffle", "accept", "break", "tags", f".{FIXED}",
    ),
    QuestionKind.NUMBER: (
        "credits", "kind", "digits", "decimals", "sign", "unit", "bonus", "break", "tags", f".{FIXED}",
    ),
    QuestionKind.BLANKS: ("credits", "kind", "step", "bonus", "break", "tags", f".{FIXED}"),
    QuestionKind.NUMBER_BLANKS: ("credits", "kind", "bonus", "break", "tags", f".{FIXED}"),
    QuestionKind.TEXT: ("credits", "kind", "step", "space", "ruling", "bonus", "break", "tags", f".{FIXED}"),
    QuestionKind.SHORT: ("credits", "kind", "step", "space", "bonus", "break", "tags", f".{FIXED}"),
}  # fmt: skip
"""The attributes of each kind of question."""

_IN_COLUMNS = (QuestionKind.CHOICE, QuestionKind.SINGLE)
"""The kinds of question that have room in a column."""

MOST_BEST = 99
"""More questions than this no problem has."""

HEIGHT = {QuestionKind.TEXT: 40.0, QuestionKind.SHORT: 10.0}
"""Height in mm of an answer space that says none."""

Contents = Mapping[Piece, Content]


def problem(section: ProblemSection, number: int, contents: Contents) -> tuple[Problem, Credits | None]:
    """The problem of a file, and the credits that its heading declares."""
    attributes = section.heading.attributes
    takes = ("credits", "bonus", "best", "shuffle", "break", "columns", f".{FIXED}")
    attributes.refuse_unknown(takes, "a problem")
    bonus = attributes.value("bonus", yes_or_no, default=False)
    if attributes.id:
        attributes.report(
            "attribute-unknown", f"a problem takes no id: #{attributes.id}", "its id is the name of its file"
        )
    declared = attributes.value("credits", credits_value, Fraction(0)) or None
    built = Problem(
        id=slug(PurePosixPath(untranslated(section.source.folder, section.source.name)).stem)
        or f"problem-{number}",
        number=number,
        title=section.heading.title,
        content=contents[section.text] if section.text is not None else None,
        questions=tuple(
            question(part, f"{number}.{at}", contents, bonus=bonus)
            for at, part in enumerate(section.questions, start=1)
        ),
        place=section.heading.place,
        fixed=attributes.has(f".{FIXED}"),
        shuffle=attributes.value("shuffle", yes_or_no, default=True),
        on_new_page=attributes.value("break", new_page, default=False),
        columns=attributes.value("columns", problem_columns_value, 1),
        best=attributes.value("best", whole(1, MOST_BEST), None),
    )
    blanks.refuse(() if section.text is None else (section.text,))
    other = next((q for q in built.questions if q.kind not in _IN_COLUMNS), None)
    if built.columns > 1 and other is not None:
        hint = "give it a problem of its own: it takes the whole width"
        message = f"columns={built.columns}, but question {other.number} has no list of choices"
        attributes.report("attribute-value", message, hint)
        built = replace(built, columns=1)
    return built, declared


def question(section: QuestionSection, number: str, contents: Contents, *, bonus: bool = False) -> Question:
    """One question. What is missing is reported and replaced, so that the other checks still see it.

    ``bonus``: what the problem says, for a question that says nothing of it.
    """
    attributes = section.heading.attributes
    kind = _kind(section)
    attributes.refuse_unknown(TAKES[kind], _CALLED[kind])
    if section.text is None:
        hint = "write what is asked below the heading"
        attributes.report("text-missing", "the question asks nothing", hint)
    built = Question(
        id=check_id(attributes, section.heading.title) or f"unnamed-{number.replace('.', '-')}",
        number=number,
        kind=kind,
        title=section.heading.title,
        content=contents[section.text] if section.text else Content("", "", "", section.heading.place),
        credits=_credits(attributes),
        place=section.heading.place,
        solution=contents[section.solution] if section.solution else None,
        before=contents[section.before] if section.before else None,
        bonus=attributes.value("bonus", yes_or_no, bonus),
        fixed=attributes.has(f".{FIXED}"),
        on_new_page=attributes.value("break", new_page, default=False),
    )
    if kind.chosen:
        if section.rubric is not None:
            hint = "remove it: its crosses are graded by the scheme"
            attributes.report("markup-unexpected", "a rubric on a multiple-choice question", hint)
        columns = attributes.value("columns", columns_value, None)
        choices = _choices(section, contents)
        if kind is QuestionKind.SINGLE:
            choices = _best_alone(choices)
        return replace(
            built,
            choices=choices,
            heads=tuple(contents[head] for head in section.table.heads) if section.table else (),
            accepted=_accepted(section, kind, choices),
            scheme=_scheme(attributes),
            columns=columns,
            shuffle=attributes.value("shuffle", yes_or_no, default=True),
        )
    if section.answer is not None and kind is not QuestionKind.NUMBER:
        hint = "write kind=number in the heading, or tell the answer in a ::: solution"
        if kind is QuestionKind.NUMBER_BLANKS:
            hint = "remove it: what is right stands in each blank, as [9.81 ± 0.02]{.blank digits=2}"
        attributes.report("markup-unexpected", f"::: answer on {_CALLED[kind]}", hint)
    if kind is QuestionKind.NUMBER:
        return _number(built, section)
    if kind is QuestionKind.NUMBER_BLANKS:
        return _number_blanks(built, section)
    built = replace(
        built,
        step=attributes.value("step", step_value, Fraction(1)),
        rubric=rubric.build(section.rubric, contents) if section.rubric is not None else None,
    )
    if kind is QuestionKind.BLANKS:
        return built
    return replace(built, space=_space(attributes, kind))


def _space(attributes: Attributes, kind: QuestionKind) -> Space | None:
    """The answer space; None if the answer goes into a table or figure of the text."""
    ruling = attributes.value("ruling", one_of(Ruling), Ruling.BLANK)
    if kind is not QuestionKind.TEXT:
        return Space(attributes.value("space", length_mm, HEIGHT[kind]), ruling)
    usual: tuple[float, bool, int] | None = (HEIGHT[kind], False, 0)
    room = attributes.value("space", space_value, usual)
    if room is None:
        return None
    height, rest, pages = room
    return Space(height, ruling, rest, pages)


def _number(built: Question, section: QuestionSection) -> Question:
    """A question for a number: its boxes, and the numbers that are right."""
    attributes = section.heading.attributes
    if section.rubric is not None:
        hint = "write ::: answer instead, with the numbers that are right: - [+2] 9.81 ± 0.02"
        attributes.report("markup-unexpected", "a rubric on a question for a number", hint)
    if not attributes.has("digits"):
        hint = "add digits=3: so many boxes stand before the decimal sign"
        attributes.report("attribute-missing", "the question says not how many digits it asks for", hint)
    if section.answer is None:
        hint = "add a block ::: answer with the number that is right, such as 9.81 ± 0.02"
        attributes.report("answer-missing", "the question has no right number", hint)
    lines = section.answer or ()
    expected = tuple(line.read(built.credits) for line in lines)
    return replace(built, boxes=number_blanks.boxes(attributes), expected=expected)


def _number_blanks(built: Question, section: QuestionSection) -> Question:
    """A question for numbers in blanks of its text."""
    if section.rubric is not None:
        hint = "remove it: what each number gives stands in its blank, [[+1] 9.81]{.blank digits=2}"
        message = "a rubric on a question whose blanks are read by machine"
        section.heading.attributes.report("markup-unexpected", message, hint)
    if section.text is None:
        return built
    return replace(built, blanks=number_blanks.read(section.text.source, section.text.blanks, built.credits))


_CALLED = {
    QuestionKind.CHOICE: "a multiple-choice question",
    QuestionKind.SINGLE: "a question with one right choice",
    QuestionKind.TABLE: "a table of boxes",
    QuestionKind.NUMBER: "a question for a number",
    QuestionKind.BLANKS: "a text with blanks",
    QuestionKind.NUMBER_BLANKS: "a text with blanks for numbers",
    QuestionKind.TEXT: "a free-text question",
    QuestionKind.SHORT: "a short-answer question",
}


def exam(
    folder: Path,
    header: Header,
    instructions: tuple[Content, ...],
    problems: tuple[Problem, ...],
    digest: str,
    variant: int,
) -> Exam | None:
    """The whole exam as it is in one variant, or None if the header lacks what no exam can do without."""
    minutes = header.minutes_to_end if header.minutes is None else header.minutes
    if header.title is None or header.date is None or header.start is None or minutes is None or minutes <= 0:
        return None
    return Exam(
        folder=folder,
        slug=header.slug or slug(folder.resolve().name) or "exam",
        title=header.title,
        module=header.module,
        kind=header.kind,
        date=header.date,
        start=header.start,
        minutes=minutes,
        examiner=header.examiner,
        instructions=instructions,
        paper=header.paper,
        language=header.language,
        scheme=header.scheme,
        grades=header.grades,
        problems=problems,
        extra_pages=header.extra_pages,
        digest=digest,
        declared_pages=header.declared.pages,
        registration_digits=header.registration_digits,
        candidate_columns=header.candidate_columns,
        grading=header.grading,
        variants=header.variants,
        marking=header.marking,
        languages=header.languages,
        together=header.together,
        on_sheet=header.on_sheet,
        release=header.release,
        macros=header.macros,
        region=header.region,
        four_eyes=header.four_eyes,
        home=header.at_home,
        paper_four_eyes=header.paper_four_eyes,
        signs_on_glass=header.signs_on_glass,
        own_paper=header.own_paper,
        credit_form=header.credit_form,
        variant=variant,
    )


def _kind(section: QuestionSection) -> QuestionKind:
    """How it is answered: as its heading says, if that is how it is written."""
    attributes = section.heading.attributes
    in_blanks = blanks.kind_of(section)
    natural = in_blanks or QuestionKind.TEXT
    if section.table is not None:
        natural = QuestionKind.TABLE
    elif section.options is not None:
        natural = QuestionKind.CHOICE
    kind = attributes.value("kind", one_of(QuestionKind), natural)
    if kind.in_blanks and in_blanks is not None:
        kind = in_blanks  # who reads them is said by the blanks themselves
    blanks.check(section, kind, _CALLED[kind])
    if section.options is not None and section.table is not None:
        hint = "make two questions of it"
        attributes.report("markup-unexpected", "a list of choices and a table of boxes", hint)
        return natural
    if kind is QuestionKind.TABLE and section.table is None:
        hint = "add a table: a line with the heads of its columns, and [x] and [ ] in the cells of each row"
        attributes.report("choices-missing", "kind=table without a table of boxes", hint)
        return QuestionKind.TABLE
    if kind is not QuestionKind.TABLE and section.table is not None:
        hint = "remove kind=…, or write the table without [ ]"
        attributes.report("attribute-value", f"kind={kind}, but the question has a table of boxes", hint)
        return QuestionKind.TABLE
    if kind.chosen and kind is not QuestionKind.TABLE and not section.options:
        hint = "add a list of choices: - [x] a right one, - [ ] a wrong one"
        attributes.report("choices-missing", f"{_CALLED[kind]} without choices", hint)
    elif not kind.chosen and section.options is not None:
        hint = "remove kind=…, or write the list without [ ]"
        attributes.report("attribute-value", f"kind={kind}, but the question has a list of choices", hint)
        return QuestionKind.CHOICE
    return kind


def _credits(attributes: Attributes) -> Credits:
    if not attributes.has("credits"):
        hint = "say what it is worth: credits=2"
        attributes.report("credits-missing", "the question says not how many credits it gives", hint)
    return attributes.value("credits", credits_value, Fraction(0))


def _best_alone(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Of choices with credits of their own, of which one is crossed, those alone are right that give most."""
    most = max((c.weight for c in choices if c.weight is not None), default=None)
    return choices if most is None else tuple(replace(c, right=c.weight == most) for c in choices)


def _boxes(table: BoxedTable, contents: Contents) -> tuple[Choice, ...]:
    """The boxes of a table, row by row."""
    return tuple(
        Choice(f"{letter}{at}", contents[row.piece], mark in RIGHT, row.fixed)
        for letter, row in zip(ascii_lowercase, table.rows, strict=False)
        for at, mark in enumerate(row.boxes, start=1)
    )


def _choices(section: QuestionSection, contents: Contents) -> tuple[Choice, ...]:
    if section.table is not None:
        return _boxes(section.table, contents)
    options = section.options or ()
    if len(options) > len(ascii_lowercase):
        attributes = section.heading.attributes
        message = f"a question with {len(options)} choices"
        attributes.report("attribute-value", message, f"at most {len(ascii_lowercase)}: each has a letter")
    return tuple(
        Choice(letter, contents[option.piece], option.right, option.fixed, option.weight)
        for letter, option in zip(ascii_lowercase, options, strict=False)
    )


def _accepted(
    section: QuestionSection, kind: QuestionKind, choices: tuple[Choice, ...]
) -> tuple[tuple[str, ...], ...]:
    """What is right beside the right choices, by ``[~]`` or by letters; sets whose letters are there."""
    attributes = section.heading.attributes
    as_well = _as_well(section, choices)
    if as_well and attributes.has("accept"):
        hint = "keep one of them: [~] accepts a choice beside the others, accept=… whole sets of choices"
        attributes.report("attribute-value", "choices with [~], and accept in the heading", hint)
    elif as_well:
        if kind is QuestionKind.TABLE:
            return accepted.sets((), as_well, single=True)  # each instead of what is right in its row
        if len(as_well) > accepted.MOST:
            hint = f'at most {accepted.MOST}; or name the sets that are right: accept="a b | c d"'
            attributes.report("attribute-value", f"{len(as_well)} choices with [~]", hint)
        right = tuple(choice.id for choice in choices if choice.right)
        single = kind is QuestionKind.SINGLE
        return accepted.sets(right, as_well[: accepted.MOST], single=single)
    if attributes.has("accept") and attributes.is_given("scheme", SchemeKind.WEIGHTS):
        hint = "remove one of them: a choice that is right as well gives as much as the right one"
        attributes.report("attribute-value", "accept beside scheme=weights", hint)
        return ()
    known = {choice.id for choice in choices}
    nothing: tuple[tuple[str, ...], ...] = ()
    found = attributes.value("accept", accepted_value, nothing)
    lacking = sorted({letter for letters in found for letter in letters} - known)
    if lacking:
        message = f"accept names choice {', '.join(lacking)}, which the question does not have"
        attributes.report("attribute-value", message, f"its choices are {', '.join(sorted(known))}")
    return tuple(letters for letters in found if known.issuperset(letters))


def _as_well(section: QuestionSection, choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """The letters of what is right as well by its box."""
    if section.table is not None:
        marks = [mark == AS_WELL for row in section.table.rows for mark in row.boxes]
    else:
        marks = [option.as_well for option in section.options or ()]
    return tuple(choice.id for choice, mark in zip(choices, marks, strict=False) if mark)


def _scheme(attributes: Attributes) -> Scheme | None:
    """The question's own scheme, if its heading names one. A formula is a scheme of its own."""
    formula = attributes.value("formula", formula_value, "")
    if not attributes.has("scheme"):
        if attributes.has("floor"):
            attributes.report(
                "attribute-value", "floor without scheme", "name the scheme too: scheme=right-minus-wrong"
            )
        return Scheme(SchemeKind.FORMULA, formula=formula) if formula else None
    kind = attributes.value("scheme", one_of(SchemeKind), SchemeKind.ALL_OR_NOTHING)
    if kind is SchemeKind.FORMULA and not attributes.has("formula"):
        hint = 'add it: formula="max(0, (rt - wt) / r) * credits"'
        attributes.report("attribute-missing", "scheme=formula without a formula", hint)
    if kind is not SchemeKind.FORMULA and attributes.has("formula"):
        hint = "write scheme=formula, or remove one of them"
        attributes.report("attribute-value", f"a formula beside scheme={kind}", hint)
    return Scheme(kind, attributes.value("floor", part_of_credits, Fraction(0)), formula)
