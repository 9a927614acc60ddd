"""The value: variants of one exam with their files, and several such values as one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.errors import RefusedError
from klausur.exam.every_question import with_every_question
from klausur.exam.model import Exam


@dataclass(frozen=True, slots=True)
class Frozen:
    """Variants of one exam and the bytes of their files; nothing of it depends on what lies in a folder.

    Attributes:
        exams: at least one variant, by rising number, each in the order of the source. ``Exam.folder`` is
            where the exam lives, and need not hold the files of the same names as they were then.
        files: pictures and fonts by their path in the exam's folder, with slashes.
    """

    exams: tuple[Exam, ...]
    files: Mapping[str, bytes]

    @property
    def first(self) -> Exam:
        """The variant with the lowest number: for what all variants share."""
        return self.exams[0]

    @property
    def whole(self) -> Exam:
        """The first one with every question that any variant asks."""
        return with_every_question(self.exams)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the variants."""
        return tuple(exam.variant for exam in self.exams)

    def of(self, variant: int) -> Exam:
        """The variant with this number.

        Raises:
            LookupError: it is not at hand.
        """
        for exam in self.exams:
            if exam.variant == variant:
                return exam
        raise LookupError(f"variant {variant} is not at hand")


def in_folder(frozen: Frozen, folder: Path) -> Frozen:
    """The same with its exams said to live in another folder."""
    return replace(frozen, exams=tuple(replace(exam, folder=folder) for exam in frozen.exams))


def joined(first: Frozen, *others: Frozen) -> Frozen:
    """One value with all variants and files of several. A variant that two of them have must be the same.

    Raises:
        RefusedError: they contradict one another: a variant or a file is not the same in two of them.
    """
    exams = {exam.variant: exam for exam in first.exams}
    files = dict(first.files)
    for other in others:
        for exam in other.exams:
            known = exams.setdefault(exam.variant, exam)
            if replace(known, folder=exam.folder) != exam:
                raise _contradiction(f"variant {exam.variant} of the exam is kept twice, and differs")
        for path, data in other.files.items():
            if files.setdefault(path, data) != data:
                raise _contradiction(f"the file {path} is kept twice, and differs")
    return Frozen(tuple(exams[number] for number in sorted(exams)), files)


def _contradiction(message: str) -> RefusedError:
    return RefusedError(message, "what was printed cannot change: restore the records from a backup")
