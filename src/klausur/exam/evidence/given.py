"""What a key gives the programs beside it, as the process that judges looks it up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from klausur.base.diagnostics import Place
from klausur.base.maths import Notation
from klausur.evidence import Part
from klausur.exam.evidence import statements, typed_maths
from klausur.exam.evidence.statements import WrittenQuestion


@dataclass(frozen=True, slots=True)
class Given:
    """What a function was given: the number or formula typed for ``@`` in words of a question's part."""

    question: str
    part: Part
    words: str
    typed: str


class MissingError(LookupError):
    """Nothing is typed there; ``place`` is the line that is most like the words, if one is."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place


@dataclass(slots=True)
class Giver:
    """Answers what one claim asks for, and notes it.

    ``written`` are the exam's questions, ``file`` the problem beside which the program lies; only its
    questions are given. ``instead`` is handed over in place of what is typed.
    """

    written: Mapping[str, WrittenQuestion]
    file: str
    notation: Notation
    instead: Mapping[Given, str] = field(default_factory=dict)
    taken: dict[Given, None] = field(default_factory=dict)
    missing: MissingError | None = None

    def __call__(self, question: str, part: str, words: str) -> dict[str, str]:
        """What is typed there, ready to be read, or why nothing is."""
        try:
            found = self.look_up(question, Part(part), words)
        except MissingError as error:
            self.missing = self.missing or error
            return {"missing": str(error)}
        self.taken[found] = None
        return {"typed": typed_maths.read(self.instead.get(found, found.typed), self.notation)}

    def look_up(self, question: str, part: Part, words: str) -> Given:
        """What is typed there.

        Raises:
            MissingError: the words are not there, or not only once, or of another problem.
        """
        asked = self.written.get(question)
        if asked is None or asked.place.file != self.file:
            raise MissingError(f"{self.file} has no question {question!r} that could give {words!r}")
        try:
            typed = statements.find(asked, part, words).typed
        except LookupError as error:
            near = statements.nearest(asked, part, words)
            if near is None:
                raise MissingError(str(error), asked.place) from None
            why = f"{error}; this line is most like it: {near[1]!r}"
            raise MissingError(why, Place(asked.place.file, near[0])) from None
        return Given(question, part, words, typed or "")

    def changed(self, before: Iterable[Given]) -> Given | None:
        """The first of what was given some time ago that is not given now, or None.

        Raises:
            MissingError: its words are gone.
        """
        return next((one for one in before if self.look_up(one.question, one.part, one.words) != one), None)

    def same(self, before: Iterable[Given]) -> bool:
        """Whether all that was given some time ago is given now."""
        try:
            return self.changed(before) is None
        except MissingError:
            return False

    def every(self, before: Iterable[Given]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        """What is handed over for what was given some time ago."""
        for one in before:
            yield one.question, str(one.part), one.words, self(one.question, str(one.part), one.words)

    def own(self, question: str, part: Part, words: str) -> Given | None:
        """The first of what was given that a claim with these words is itself held against, or None."""
        held = self._where(question, part, words)
        if held is None:
            return None
        where = {one: self._where(one.question, one.part, one.words) for one in self.taken}
        return next((one for one, at in where.items() if at and _meet(at, held)), None)

    def _where(self, question: str, part: Part, words: str) -> tuple[str, Part, int, int, int] | None:
        """Where what is typed for ``@`` stands: its question, part, stretch, start and end."""
        asked = self.written[question]
        span = statements.typed_at(asked, part, words)
        if span is None:
            return None
        return question, part, statements.locate(asked, part, words)[0].line, *span


def _meet(one: tuple[str, Part, int, int, int], other: tuple[str, Part, int, int, int]) -> bool:
    return one[:3] == other[:3] and one[3] < other[4] and other[3] < one[4]
