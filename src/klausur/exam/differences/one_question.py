"""One question, printed and on disk, compared as far as it is printed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.differences import words
from klausur.exam.differences.appearance import Appearance, Looks
from klausur.exam.differences.choices import moves
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.question_states import Group, QuestionState
from klausur.exam.differences.texts import Texts
from klausur.exam.header import NAME
from klausur.exam.model import Exam, Question
from klausur.exam.number import DigitBoxes


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """What two sides have of the question with this id, in variants in which it is alike."""

    id: str
    printed: Looks
    disk: Looks
    group: Group

    @property
    def _same_source(self) -> bool:
        return len(set(self.group.sources)) == 1

    def differences(self) -> Iterator[Difference]:
        """Everything about the question; of one that is another question now, nothing but that."""
        old, new = self.group.asked
        if old is None or new is None:
            yield from self._one_sided(old, new)
            return
        exchanged = self._exchanged(old.question, new.question)
        if exchanged is not None:
            yield exchanged
            return
        texts = Texts(self.printed, self.disk, self._same_source)
        yield from self._texts(texts, old.question, new.question)
        if old.question.kind is not new.question.kind:
            told = str(old.question.kind), str(new.question.kind)
            yield self._difference(DifferenceKind.QUESTION_KIND, "the kind", *told, new.question.place)
        else:
            yield from self._choices(texts, old.question, new.question)
            yield from self._boxes(old.question, new.question)

    def _difference(
        self,
        kind: DifferenceKind,
        what: str,
        old: str,
        new: str,
        place: Place,
        *letters: str,
    ) -> Difference:
        return Difference(kind, self.id, f"{what} of question {self.id}", old, new, place, letters)

    def _one_sided(self, old: QuestionState | None, new: QuestionState | None) -> Iterator[Difference]:
        printed, disk = self.group.exams
        if old is not None:
            other = _with_look(disk, self.disk, _look(self.printed, old.question))
            place = Place(NAME) if other is None else other.place
            place = next((p.place for p in disk.problems if p.id == old.problem.id), place)
            now = "" if other is None else f"asked now under the id {other.id}"
            what = f"question {self.id} was removed"
            yield Difference(DifferenceKind.QUESTION_REMOVED, self.id, what, "", now, place)
        elif new is not None:
            other = _with_look(printed, self.printed, _look(self.disk, new.question))
            now = "" if other is None else f"printed under the id {other.id}"
            what = f"question {self.id} was added"
            yield Difference(DifferenceKind.QUESTION_ADDED, self.id, what, now, "", new.question.place)

    def _exchanged(self, old: Question, new: Question) -> Difference | None:
        if self._same_source:
            return None
        now = _look(self.disk, new)
        if now == _look(self.printed, old):
            return None
        other = _with_look(self.group.exams[0], self.printed, now)
        if other is None:
            return None
        what = f"question {self.id} asks what was printed as question {other.id}"
        told = words.of_contents(old.content, new.content)
        return Difference(DifferenceKind.QUESTION_EXCHANGED, self.id, what, *told, new.place)

    def _texts(self, texts: Texts, old: Question, new: Question) -> Iterator[Difference]:
        if old.title != new.title:
            told = words.parted(old.title, new.title)
            yield self._difference(DifferenceKind.WORDING, "the title", *told, new.place)
        name = f"question {self.id}"
        for found in (
            texts.difference(
                DifferenceKind.SHARED_TEXT, self.id, f"the text ahead of {name}", old.before, new.before
            ),
            texts.difference(
                DifferenceKind.WORDING, self.id, f"the wording of {name}", old.content, new.content
            ),
        ):
            if found is not None:
                yield found

    def _choices(self, texts: Texts, old: Question, new: Question) -> Iterator[Difference]:
        before, after = (_texts_of(q) for q in (old, new))
        looks = {letter: texts.looks(before.get(letter), after.get(letter)) for letter in {**before, **after}}
        found = moves(
            {letter: looks[letter][0] for letter in before}, {letter: looks[letter][1] for letter in after}
        )
        name = f"of question {self.id}"
        for was, is_ in found.moved:
            what = f"choice {is_} {name} reads as choice {was} was printed"
            told = words.of_contents(before.get(is_), after[is_])
            place = after[is_].place
            yield Difference(DifferenceKind.CHOICE_EXCHANGED, self.id, what, *told, place, (is_,))
        for letter in found.reworded:
            kind = DifferenceKind.CHOICE_REWORDED
            what = f"choice {letter} {name}"
            changed = texts.difference(kind, self.id, what, before[letter], after[letter])
            if changed is not None:
                own, now = (set(look.pictures) for look in looks[letter])
                others = {p for other in before if other != letter for p in looks[other][0].pictures}
                if (
                    others - own
                ) & now:  # with other words beside it, it is another choice's picture all the same
                    kind, what = DifferenceKind.CHOICE_EXCHANGED, f"{what} has another choice's picture"
                else:
                    kind = changed.kind
                yield Difference(kind, self.id, what, changed.old, changed.new, changed.place, (letter,))
        for letter in found.added:
            what, text = f"choice {letter} {name} was added", after[letter]
            told = words.of_contents(None, text)
            yield Difference(DifferenceKind.CHOICE_ADDED, self.id, what, *told, text.place, (letter,))
        for letter in found.removed:
            what, text = f"choice {letter} {name} was removed", before[letter]
            told = words.of_contents(text, None)
            yield Difference(DifferenceKind.CHOICE_REMOVED, self.id, what, *told, new.place, (letter,))

    def _boxes(self, old: Question, new: Question) -> Iterator[Difference]:
        if old.space != new.space:
            told = words.space(old.space), words.space(new.space)
            yield self._difference(DifferenceKind.SPACE, "the answer space", *told, new.place)
        if old.on_new_page != new.on_new_page:
            told = words.begins(old.on_new_page), words.begins(new.on_new_page)
            yield self._difference(DifferenceKind.SPACE, "where the question begins", *told, new.place)
        if old.columns != new.columns:
            told = words.columns(old.columns), words.columns(new.columns)
            yield self._difference(DifferenceKind.COLUMNS, "the columns of choices", *told, new.place)
        boxes = [_boxes(question) for question in (old, new)]
        if [_bare(each) for each in boxes[0]] != [_bare(each) for each in boxes[1]]:
            told = words.digit_boxes(boxes[0]), words.digit_boxes(boxes[1])
            yield self._difference(DifferenceKind.DIGIT_BOXES, "the boxes for a number", *told, new.place)
        units = [", ".join(each.unit for each in of_side if each.unit) for of_side in boxes]
        if units[0] != units[1]:
            told = words.parted(*units)
            yield self._difference(DifferenceKind.WORDING, "the unit", *told, new.place)
        if not fit_boxes(old, new):
            told = words.boxes(old.credit_values), words.boxes(new.credit_values)
            yield self._difference(DifferenceKind.CREDIT_BOXES, "the credit boxes", *told, new.place)


def fit_boxes(printed: Question, now: Question) -> bool:
    """Whether the printed credit boxes can still say what a question gives.

    They can if they go in the same steps and one of them is the whole of its credits: then fewer credits
    than were printed leave boxes that are too many, and a cross in one of those waits for a person. Crosses
    of a multiple-choice question say nothing of credits, and fit any.
    """
    if not printed.kind.corrected:
        return True
    if printed.step != now.step:
        return False
    return now.credits == printed.credits or now.credits in printed.credit_values


def _texts_of(question: Question) -> dict[str, Content]:
    """What the choices say, by their letters; of a table what rows and columns do, by letter and number."""
    if not question.heads:
        return {choice.id: choice.content for choice in question.choices}
    rows = {choice.id[0]: choice.content for choice in question.choices}
    return rows | {str(at): head for at, head in enumerate(question.heads, start=1)}


def _boxes(question: Question) -> tuple[DigitBoxes, ...]:
    """The boxes of its number, or of each of its blanks."""
    own = () if question.boxes is None else (question.boxes,)
    return own + tuple(blank.boxes for blank in question.blanks)


def _bare(boxes: DigitBoxes) -> DigitBoxes:
    """Where a number's digits stand: its unit is a word."""
    return replace(boxes, unit="")


def _look(looks: Looks, question: Question) -> tuple[object, ...]:
    """What tells a question from all others, whatever its id."""
    choices: list[Appearance] = [looks.of(text) for text in _texts_of(question).values()]
    return question.kind, question.title, looks.of(question.content), tuple(sorted(choices))


def _with_look(exam: Exam, looks: Looks, look: tuple[object, ...]) -> Question | None:
    return next((q for q in exam.questions if _look(looks, q) == look), None)
