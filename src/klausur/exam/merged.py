"""States of an exam put together: some items of a key out of another one, variants that one lacks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from klausur.base.diagnostics import Place
from klausur.exam import check
from klausur.exam.differences import parts
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.parts import OF_EXAM, OF_QUESTION, TEXTS, Item
from klausur.exam.fonts import FOLDER
from klausur.exam.frozen.model import Frozen
from klausur.exam.model import Exam, Problem, Question
from klausur.exam.svg_links import with_linked


def merged(counts: Frozen, disk: Frozen, taken: Sequence[Item]) -> tuple[Frozen, tuple[Difference, ...]]:
    """What counts, with these items as they are on disk, and pictures that stand in the way.

    A picture stands in the way if what is kept and what is taken need other bytes under its name.
    """
    if not taken:
        return counts, ()
    mixer = _Mixer(taken)
    others = {exam.variant: exam for exam in disk.exams}
    exams = tuple(mixer.exam(exam, others[exam.variant]) for exam in counts.exams)
    kept = _files(_named(_without(exam, taken) for exam in counts.exams), counts.files)
    fonts = {path: data for path, data in counts.files.items() if path.startswith(f"{FOLDER}/")}
    new = _files(mixer.pictures(disk), disk.files)
    clashes = tuple(_clash(path) for path, data in new.items() if kept.get(path, data) != data)
    return Frozen(exams, dict(sorted({**new, **kept, **fonts}.items()))), clashes


def solved(printed: Frozen, counts: Frozen) -> Frozen:
    """All variants by the key that counts: those about which nobody decided as they were printed."""
    known = {exam.variant: exam for exam in counts.exams}
    first = counts.first
    return Frozen(
        tuple(
            known.get(exam.variant)
            or replace(exam, scheme=first.scheme, grades=first.grades, grading=first.grading)
            for exam in printed.exams
        ),
        {**printed.files, **counts.files},
    )


def completed(some: Frozen, all_: Frozen) -> Frozen:
    """A state with the variants of another one that it lacks."""
    known = {exam.variant: exam for exam in all_.exams} | {exam.variant: exam for exam in some.exams}
    return Frozen(tuple(known[number] for number in sorted(known)), {**all_.files, **some.files})


def _clash(path: str) -> Difference:
    what = f"{path} is another picture than where it is kept"
    return Difference(DifferenceKind.FIGURE, None, what, "", "give it a name of its own", Place(path))


class _Mixer:
    """Puts items of one exam into another; what variants share before, they share afterwards."""

    def __init__(self, taken: Iterable[Item]) -> None:
        self._taken = list(taken)
        self._kinds: dict[str, list[DifferenceKind]] = {}
        for item in self._taken:
            if item.question is not None and item.kind in OF_QUESTION:
                self._kinds.setdefault(item.question, []).append(item.kind)
        self._known: dict[tuple[int, int], Question] = {}

    def exam(self, exam: Exam, other: Exam) -> Exam:
        """An exam with the items as another has them."""
        theirs = {question.id: question for question in other.questions}
        made = replace(exam, problems=tuple(self._problem(problem, theirs) for problem in exam.problems))
        for item in self._taken:
            if item.question is None:
                made = OF_EXAM[item.kind].put(made, parts.value(item, other))
            elif item.kind is DifferenceKind.STRUCK:
                struck = other.grading.strike(item.question)
                made = replace(made, grading=parts.strike(made.grading, item.question, struck))
        return made

    def _problem(self, problem: Problem, theirs: Mapping[str, Question]) -> Problem:
        if not any(question.id in self._kinds for question in problem.questions):
            return problem
        return replace(problem, questions=tuple(self._question(q, theirs) for q in problem.questions))

    def _question(self, question: Question, theirs: Mapping[str, Question]) -> Question:
        kinds = self._kinds.get(question.id, [])
        if not kinds:
            return question
        other = theirs[question.id]
        key = (id(question), id(other))
        if key not in self._known:
            made = question
            for kind in kinds:
                made = OF_QUESTION[kind].put(made, OF_QUESTION[kind].get(other))
            self._known[key] = made
        return self._known[key]

    def pictures(self, disk: Frozen) -> Collection[str]:
        """The pictures that the items' texts name."""
        return {
            figure.path
            for exam in disk.exams
            for question in exam.questions
            for kind in self._kinds.get(question.id, ())
            for text in parts.texts(Item(kind, question.id), OF_QUESTION[kind].get(question))
            for figure in text.figures
        }


def _without(exam: Exam, taken: Sequence[Item]) -> Exam:
    """An exam without those texts that are replaced."""
    gone = {item for item in taken if item.kind in TEXTS}

    def question(asked: Question) -> Question:
        for item in gone:
            if item.question == asked.id:
                asked = OF_QUESTION[item.kind].put(asked, None)
        return asked

    problems = (replace(p, questions=tuple(question(q) for q in p.questions)) for p in exam.problems)
    return replace(exam, problems=tuple(problems))


def _named(exams: Iterable[Exam]) -> Iterator[str]:
    return (f.path for exam in exams for f in check.figures_of(exam.problems, exam.instructions))


def _files(names: Iterable[str], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of these names, and what they show."""
    return {path: files[path] for name in dict.fromkeys(names) for path in with_linked(name, files)}
