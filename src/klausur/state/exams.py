"""What each booklet asks: its edition's exam in its variant, by the key that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from klausur.exam.every_question import with_every_question
from klausur.exam.model import Exam
from klausur.exam.variants import as_printed
from klausur.score.total import Known
from klausur.state.facts import Printing


@dataclass(frozen=True, slots=True)
class PrintedExams:
    """The exams of all booklets; ``known`` by edition and variant, in the order of their source.

    Those with texts name their rubrics: ``stamps`` by edition, and ``changed`` by edition and question those
    that people have changed.
    """

    printings: tuple[Printing, ...]
    known: Mapping[tuple[int, int], Exam]
    stamps: Mapping[int, str] = field(default_factory=dict)
    changed: Mapping[tuple[int, str], str] = field(default_factory=dict)
    _numbers: dict[tuple[int, int], Mapping[str, str]] = field(default_factory=dict, init=False)
    _earned: dict[tuple[int, int], Known] = field(default_factory=dict, init=False)
    _whole: dict[int, Exam] = field(default_factory=dict, init=False)

    @property
    def first(self) -> Exam:
        """That of the newest edition with the lowest variant, and the questions of all its variants."""
        return self.editions[-1]

    @property
    def editions(self) -> tuple[Exam, ...]:
        """One exam of each edition, the oldest first."""
        return tuple(self.by_edition.values())

    @property
    def by_edition(self) -> Mapping[int, Exam]:
        """One exam of each edition, with every question of its variants, by its number."""
        if not self._whole:
            of: dict[int, list[Exam]] = {}
            for (edition, _), exam in sorted(self.known.items(), key=lambda item: item[0]):
                of.setdefault(edition, []).append(exam)
            self._whole.update({edition: with_every_question(exams) for edition, exams in of.items()})
        return self._whole

    def of(self, booklet: int) -> Exam:
        """A booklet's exam, in the order of the source.

        Raises:
            LookupError: there is no such booklet, or its exam was not kept.
        """
        at = self.at(booklet)
        if at not in self.known:
            raise LookupError(f"variant {at[1]} of edition {at[0]} was not kept")
        return self.known[at]

    def at(self, booklet: int) -> tuple[int, int]:
        """A booklet's edition and variant.

        Raises:
            LookupError: there is no such booklet.
        """
        for printing in self.printings:
            if printing.done is not None and booklet in printing.booklets:
                return printing.edition, printing.variants.of(booklet)
        raise LookupError(f"there is no booklet {booklet}")

    def stamp(self, booklet: int, question: str) -> str:
        """The name of the rubric by which a booklet's question is graded."""
        edition, _ = self.at(booklet)
        return self.changed.get((edition, question)) or self.stamps.get(edition, "")

    def numbers(self, booklet: int) -> Mapping[str, str]:
        """The numbers of questions as a booklet's paper has them, by the questions' ids."""
        at = self.at(booklet)
        if at not in self._numbers:
            asked = as_printed(self.of(booklet)).questions
            self._numbers[at] = {question.id: question.number for question in asked}
        return self._numbers[at]

    def earned(self, booklet: int) -> Known:
        """What is known of what the questions of a booklet's exam earn; who scores one adds to it."""
        return self._earned.setdefault(self.at(booklet), {})
