"""Whether an exam makes sense: findings about values that are each well formed. Form is judged in `source`.

Off-page boxes and formulas that Typst refuses are found in `klausur.typeset`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from klausur.base.credits import Credits, mixed_credits, show_credits
from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import check_choices, check_number, svg_links
from klausur.exam import figures as pictures
from klausur.exam.content import Content, Figure
from klausur.exam.header import NAME, Header
from klausur.exam.inside import inside, leads_out
from klausur.exam.model import (
    STEPS,
    CreditForm,
    Exam,
    GradeKey,
    Grading,
    Problem,
    Question,
    QuestionKind,
    Scheme,
    SchemeKind,
    Strike,
)
from klausur.exam.rubric import Rubric, RubricGroup, best, senseless_deductions

DAY = 24 * 60


def problems(
    found: Sequence[Problem], declared: Sequence[Credits | None], form: CreditForm = CreditForm.BOXES
) -> Iterator[Diagnostic]:
    """Everything about problems and questions.

    Args:
        found: the problems.
        declared: the credits that each heading states.
        form: how correctors give credits on paper.
    """
    yield from _same_ids(found)
    for problem, stated in zip(found, declared, strict=True):
        if not problem.questions:
            hint = "add one: ## Its title {#its-id credits=2}"
            yield Diagnostic("questions-missing", "the problem has no question", problem.place, hint)
        if problem.best is not None:
            yield from _best(problem, problem.best)
        known = all(question.credits for question in problem.questions)
        if known and stated is not None and stated != problem.credits:
            yield _total("the heading", "credits", stated, problem.credits, problem.place)
        for question in problem.questions:
            yield from _question(question, form)


def header(head: Header, found: Sequence[Problem]) -> Iterator[Diagnostic]:
    """Everything about exam.toml: times, declared totals, the grade key."""
    yield from _times(head)
    yield from _release(head)
    yield from _home(head)
    if head.on_sheet:
        yield from _on_sheet(head, found)
    credits_ = sum((p.credits for p in found), Fraction(0))
    known = all(question.credits for problem in found for question in problem.questions)
    declared = head.declared
    if known and declared.credits is not None and declared.credits != credits_:
        place = head.place("declared.credits")
        yield _total("exam.toml", "credits", declared.credits, credits_, place)
    if declared.problems is not None and declared.problems != len(found):
        place = head.place("declared.problems")
        yield _total("exam.toml", "problems", Fraction(declared.problems), Fraction(len(found)), place)
    if known or head.grades.percent:
        yield from _grades(head.grades, credits_, head.place("grades.thresholds"))
    yield from _struck(head.grading, found, head.place("grading.struck"))


_ON_SHEET = (QuestionKind.CHOICE, QuestionKind.SINGLE)


def _on_sheet(head: Header, found: Sequence[Problem]) -> Iterator[Diagnostic]:
    """What an answer sheet cannot hold: it has the letters of choices alone."""
    for problem in found:
        for question in problem.questions:
            if question.kind not in _ON_SHEET:
                message = (
                    f"question {question.number} is no list of choices, and an answer sheet has nothing else"
                )
                hint = "make it multiple choice, or take answers out of exam.toml"
                yield Diagnostic("answers-on-sheet", message, question.place, hint)
    if head.variants.count is None:
        message = "each booklet has a variant of its own, and so would each question paper"
        hint = "write how many variants there are, such as count = 4"
        yield Diagnostic("answers-on-sheet", message, head.place("variants.count"), hint)


def whole(exam: Exam) -> Iterator[Diagnostic]:
    """Everything that can be said of an exam without its source, such as one whose key was mended."""
    place = Place(NAME)
    yield from problems(exam.problems, [None] * len(exam.problems), exam.credit_form)
    yield from schemes(exam.problems, exam.scheme, place)
    yield from _grades(exam.grades, exam.credits, place)
    yield from _struck(exam.grading, exam.problems, place)


def schemes(found: Sequence[Problem], scheme: Scheme, place: Place) -> Iterator[Diagnostic]:
    """Formulas that give some answer of some question more, or the right one less, than its credits.

    ``scheme`` is the exam's, at ``place``: for questions without one of their own.
    """
    for question in (q for problem in found for q in problem.questions if q.choices and q.credits):
        used = question.counted_by(scheme)
        at = place if used is scheme else question.place
        if used.kind is SchemeKind.FORMULA and used.formula:
            yield from check_choices.formula_outcomes(question, used.formula, at)


def figures(found: Iterable[Figure], folder: Path) -> Iterator[Diagnostic]:
    """Pictures that cannot be used, each where it is named, with those that drawings show in turn."""
    known: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for figure in found:
        if figure.path not in known:
            known[figure.path] = tuple(_faults(figure.path, folder, set()))
        for code, message, hint in known[figure.path]:
            yield Diagnostic(code, message, figure.place, hint)


def _faults(path: str, folder: Path, seen: set[str]) -> Iterator[tuple[str, str, str]]:
    """Code, message and hint of what is wrong with a picture, and with those that it shows."""
    seen.add(path)
    fault = pictures.fault(folder / path)
    if fault is not None:
        hint = "export it again as PNG, JPEG, SVG or PDF, with the ending that fits"
        yield "figure-unreadable", f"the figure {path} cannot be used: {fault}", hint
        return
    data = (folder / path).read_bytes() if path.lower().endswith(".svg") else b""
    beside = svg_links.linked(path, data)
    out = [name for name in beside if leads_out(folder, name)]
    for target in (*svg_links.foreign(path, data), *out):
        hint = "put that picture beside the drawing, or into it"
        yield "outside-folder", f"the figure {path} shows {target[:60]!r}, which is not the exam's own", hint
    for name in beside:
        if name not in seen and inside(folder, name) is not None:
            yield from _faults(name, folder, seen)


def figures_of(found: Sequence[Problem], texts: Iterable[Content]) -> tuple[Figure, ...]:
    """All figures of the problems and of other texts of the exam, in order."""
    contents = [*texts, *(content for problem in found for content in _contents(problem))]
    return tuple(figure for content in contents for figure in content.figures)


def _contents(problem: Problem) -> Iterator[Content]:
    if problem.content is not None:
        yield problem.content
    for question in problem.questions:
        yield from (c for c in (question.before, question.content, question.solution) if c is not None)
        yield from (choice.content for choice in question.choices)
        yield from question.heads
        if question.rubric is not None:
            yield from _rubric_contents(question.rubric.root)
            yield from question.rubric.notes


def _rubric_contents(group: RubricGroup) -> Iterator[Content]:
    if group.content is not None:
        yield group.content
    for member in group.members:
        if isinstance(member, RubricGroup):
            yield from _rubric_contents(member)
        else:
            yield member.content


def _same_ids(found: Sequence[Problem]) -> Iterator[Diagnostic]:
    first: dict[str, Place] = {}
    for problem in found:
        if problem.id in first:
            hint = "rename one of the files: a problem's id is its file's name"
            message = f"the problem id {problem.id!r} is taken by {first[problem.id].file}"
            yield Diagnostic("id-duplicate", message, problem.place, hint)
        first.setdefault(problem.id, problem.place)
    seen: dict[str, Place] = {}
    for question in (q for problem in found for q in problem.questions):
        if question.id in seen:
            hint = "give one of them another id"
            message = f"the id #{question.id} is taken by the question at {seen[question.id]}"
            yield Diagnostic("id-duplicate", message, question.place, hint)
        seen.setdefault(question.id, question.place)


def _question(question: Question, form: CreditForm) -> Iterator[Diagnostic]:
    if not question.kind.corrected:
        yield from check_choices.question(question)
        if question.kind is QuestionKind.NUMBER:
            yield from check_number.question(question)
        if question.kind is QuestionKind.NUMBER_BLANKS:
            yield from check_number.blanks(question)
        return
    if (question.credits / question.step).denominator != 1:
        finer = Fraction(1, question.credits.denominator)
        worth, step = show_credits(question.credits), show_credits(question.step)
        message = f"{worth} credits cannot be reached in steps of {step}"
        yield Diagnostic("credits-step", message, question.place, f"write step={show_credits(finer)}")
    elif form is CreditForm.NUMBER:
        yield from _unwritable(question)
    elif len(question.credit_values) > MOST_BOXES:
        yield _too_many_boxes(question)
    if question.kind is QuestionKind.BLANKS and question.rubric is None:
        return  # each blank says itself what belongs into it
    if question.solution is None and question.kind is not QuestionKind.BLANKS:
        hint = "add a ::: solution block: the sample solution and the correctors need it"
        yield Diagnostic("solution-missing", "the question has no solution", question.place, hint)
    if question.rubric is None:
        hint = "add a ::: rubric block, such as - [+1] what earns a credit"
        yield Diagnostic("rubric-missing", "the question has no rubric", question.place, hint)
    else:
        yield from _rubric(question, question.rubric)


MOST_BOXES = 64
"""Credit boxes that a corrector can still look through, in rows under a heading if not beside a question."""


MOST_WRITTEN = 99
"""Credits that a number in a box can tell: two digits before the decimal sign."""


def _unwritable(question: Question) -> Iterator[Diagnostic]:
    """Credits that nobody can write as a number with an end."""
    step = show_credits(question.step)
    if (question.step * 1000).denominator != 1:
        message = f"steps of {step} cannot be written as a number"
        hint = 'write another step=…, or credits = "boxes" into exam.toml'
        yield Diagnostic("credits-step", message, question.place, hint)
    elif question.credits > MOST_WRITTEN:
        message = (
            f"{show_credits(question.credits)} credits are more than a box for a number holds: {MOST_WRITTEN}"
        )
        yield Diagnostic("credits-step", message, question.place, "divide the question")


def _too_many_boxes(question: Question) -> Diagnostic:
    worth = question.credits
    fitting = (s for s in sorted(STEPS) if worth / s < MOST_BOXES and (s / question.step).denominator == 1)
    coarser = next((s for s in fitting if (worth / s).denominator == 1), None)
    hint = "divide the question" if coarser is None else f"write step={show_credits(coarser)}"
    boxes, step = len(question.credit_values), show_credits(question.step)
    message = f"{show_credits(worth)} credits in steps of {step} are {boxes} boxes; at most {MOST_BOXES} fit"
    return Diagnostic("credits-step", message, question.place, hint)


def _rubric(question: Question, rubric: Rubric) -> Iterator[Diagnostic]:
    if not rubric.root.members:
        return  # every line of it was refused
    most = best(rubric.root)
    worth = question.credits
    place = next((c.place for c in _rubric_contents(rubric.root)), question.place)
    message = f"the best answer gets {mixed_credits(most)} by the rubric, of {mixed_credits(worth)}"
    if worth and most < worth:
        hint = f"add items for the other {show_credits(worth - most)}, or write credits={show_credits(most)}"
        yield Diagnostic("rubric-short", message, place, hint)
    if worth and most > worth:
        hint = "put items of which only one can count below [either], or those with a limit below [max 1]"
        yield Diagnostic("rubric-over", message, place, hint)
    for wrong in senseless_deductions(rubric.root):
        yield Diagnostic("rubric-deduction", wrong.message, wrong.item.content.place, wrong.hint)
    for item in rubric.root.items:
        if (item.credits / question.step).denominator != 1:
            finer = Fraction(1, item.credits.denominator)
            hint = f"write step={show_credits(finer)} in the heading, so that a corrector has a box for it"
            step = show_credits(question.step)
            message = f"an item gives {show_credits(item.credits)}, the boxes go in steps of {step}"
            yield Diagnostic("rubric-step", message, item.content.place, hint)


def _best(problem: Problem, count: int) -> Iterator[Diagnostic]:
    """A problem of which only the best questions count: any of them may be left out, so they are alike."""
    asked = problem.questions
    worth = ", ".join(show_credits(credits_) for credits_ in dict.fromkeys(q.credits for q in asked))
    if count >= len(asked) > 0:
        message = f"best={count}, but the problem has {len(asked)} question{'s' * (len(asked) > 1)}"
        yield Diagnostic("best-credits", message, problem.place, "leave best out, or ask more questions")
    elif len({q.credits for q in asked}) > 1:
        hint = "give all of its questions the same credits, whichever of them are answered"
        message = f"best={count}, and its questions are worth {worth}"
        yield Diagnostic("best-credits", message, problem.place, hint)
    elif any(q.bonus for q in asked):
        message = f"best={count}, and a bonus question among them"
        yield Diagnostic(
            "best-credits", message, problem.place, "put bonus questions into a problem of their own"
        )


def _struck(grading: Grading, found: Sequence[Problem], place: Place) -> Iterator[Diagnostic]:
    known = [question.id for problem in found for question in problem.questions]
    for question, _ in grading.struck:
        if question not in known:
            message = f"grading.struck names {question!r}, which is no question"
            hint = f"the questions are {', '.join(known)}"
            yield Diagnostic("attribute-value", message, place, hint)
    droppable = {Strike.DROPPED, Strike.BETTER}
    for problem in found:
        for asked in (q for q in problem.questions if problem.best is not None):
            if grading.strike(asked.id) is Strike.BETTER:
                message = f"grading.struck: {asked.id} is one of several of which the best count"
                hint = "strike it as dropped, or as full"
                yield Diagnostic("attribute-value", message, place, hint)
    dropped = {question for question, strike in grading.struck if strike in droppable}
    if known and all(q.bonus or q.id in dropped for p in found for q in p.questions):
        message = "no question is left that counts: each is struck or a bonus"
        hint = "leave at least one question that is neither a bonus nor struck as dropped or better"
        yield Diagnostic("attribute-value", message, place, hint)


def _total(where: str, what: str, stated: Credits, computed: Credits, place: Place) -> Diagnostic:
    message = f"{where} declares {mixed_credits(stated)} {what}, the sum is {mixed_credits(computed)}"
    return Diagnostic("total-differs", message, place, "correct the number, or the questions")


def _times(head: Header) -> Iterator[Diagnostic]:
    length = head.minutes_to_end
    if length is None:
        if head.minutes is None and "minutes" not in head.lines and "end" not in head.lines:
            hint = "add minutes = 90"
            yield Diagnostic("attribute-missing", "exam.toml lacks minutes", head.place("minutes"), hint)
        if head.start and head.minutes and head.start.hour * 60 + head.start.minute + head.minutes > DAY:
            message = f"the exam starts at {head.start:%H:%M} and would end on the next day"
            yield Diagnostic("time-order", message, head.place("start"), "correct start or minutes")
        return
    if length <= 0:
        message = f"the exam ends at {head.end:%H:%M}, before it starts at {head.start:%H:%M}"
        yield Diagnostic("time-order", message, head.place("end"), "correct start or end")
    elif head.minutes is not None and head.minutes != length:
        message = f"from {head.start:%H:%M} to {head.end:%H:%M} are {length} minutes, not {head.minutes}"
        yield Diagnostic("time-order", message, head.place("end"), "correct one of them, or leave end out")


def _release(head: Header) -> Iterator[Diagnostic]:
    """The blackened paper is handed out before work begins."""
    start = head.begins
    if head.release is None or start is None:
        return
    if head.release > start:
        message = (
            f"the blackened paper is released at {head.release:%Y-%m-%d %H:%M}, after work begins at "
            f"{start:%Y-%m-%d %H:%M}"
        )
        yield Diagnostic("time-order", message, head.place("release"), "correct release, date or start")


def _home(head: Header) -> Iterator[Diagnostic]:
    """Of an exam at home: booklet, question paper, work and hand-in follow one another, as on the cover."""
    told, start = head.home, head.begins
    if told is None:
        return
    if head.release is None and "release" not in head.lines:
        message = "an exam at home says when the blackened paper is released, and exam.toml lacks release"
        hint = 'add release = "2026-02-08 15:00" ahead of the first table'
        yield Diagnostic("attribute-missing", message, head.place("home"), hint)
    if start is None:
        return
    asked, place = told.questions, head.place("home.questions")
    if asked is not None and asked > start:
        message = (
            f"the question paper is released at {asked:%Y-%m-%d %H:%M}, after work begins at "
            f"{start:%Y-%m-%d %H:%M}"
        )
        yield Diagnostic("time-order", message, place, "correct questions, or date and start")
    elif asked is not None and head.release is not None and asked < head.release:
        message = (
            f"the question paper is released at {asked:%Y-%m-%d %H:%M}, before the blackened paper at "
            f"{head.release:%Y-%m-%d %H:%M}"
        )
        yield Diagnostic("time-order", message, place, "correct questions or release")
    minutes = head.minutes_to_end if head.minutes is None else head.minutes
    if told.until is None or minutes is None or minutes <= 0:
        return
    end = start + timedelta(minutes=minutes)
    if told.until < end:
        message = (
            f"answers are handed in until {told.until:%Y-%m-%d %H:%M}, and the cover says that work ends at "
            f"{end:%Y-%m-%d %H:%M}"
        )
        yield Diagnostic(
            "time-order", message, head.place("home.until"), "correct until, or start and minutes"
        )


def _grades(key: GradeKey, credits_: Credits, place: Place) -> Iterator[Diagnostic]:
    most, unit = (Fraction(100), "percent") if key.percent else (credits_, "credits")
    for (better, high), (worse, low) in pairwise(key.thresholds):
        if high <= low:
            message = (
                f"grade {better} begins at {show_credits(high)}, {worse} after it at {show_credits(low)}"
            )
            hint = "list the grades from best to worst, each threshold lower than the one before"
            yield Diagnostic("grades-order", message, place, hint)
    for grade, threshold in key.thresholds:
        if not 0 <= threshold <= most:
            message = f"grade {grade} begins at {show_credits(threshold)} {unit} of {show_credits(most)}"
            hint = f"thresholds lie between 0 and {show_credits(most)} {unit}"
            yield Diagnostic("grades-order", message, place, hint)
    if key.fail and any(grade == key.fail for grade, _ in key.thresholds):
        message = f"grade {key.fail} is the failing one and has a threshold too"
        yield Diagnostic("grades-order", message, place, "remove it from the thresholds")
