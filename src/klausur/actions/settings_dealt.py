"""Which booklet of a printing is set how: what the list of candidates says, as numbers of variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from klausur.exam.model import Exam
from klausur.exam.setting import USUAL, Setting, numbered, setting_of
from klausur.paper.run import PrintRun
from klausur.roster.candidates import Roster
from klausur.roster.model import Candidate
from klausur.roster.paper_wanted import PaperWanted, PrintSize
from klausur.state.facts import Papers


@dataclass(frozen=True, slots=True)
class SetApart:
    """Booklets of one printing that are not as usual: how, in words, which, and how many pages each has."""

    how: str
    booklets: tuple[int, ...]
    pages: int


def apart(run: PrintRun, pages: Mapping[Setting, int], exam: Exam, roster: Roster) -> tuple[SetApart, ...]:
    """The booklets that are set otherwise than usual, or shall be enlarged by the printer.

    Args:
        run: what is printed.
        pages: of a booklet, by its setting.
        exam: for its languages.
        roster: the list of candidates.
    """
    enlarged = a3(roster)
    found: dict[tuple[str, Setting], list[int]] = {}
    for booklet, person in zip(run.booklets, run.seats, strict=True):
        how = setting_of(run.variants.of(booklet.number))
        words = [exam.languages[how.language]] if how.language else []
        words += ["large print"] if how.large else []
        if person is not None and person.registration in enlarged:
            words.append("to be enlarged to A3")
        if words:
            found.setdefault((", ".join(words), how), []).append(booklet.number)
    return tuple(SetApart(words, tuple(numbers), pages[how]) for (words, how), numbers in found.items())


def a3(roster: Roster) -> frozenset[str]:
    """The registration numbers of candidates whose booklet the printer shall enlarge to A3."""
    return frozenset(number for number, paper in roster.papers.items() if paper.size is PrintSize.A3)


def settings(
    people: Sequence[Candidate],
    lost: Mapping[str, int],
    wanted: Mapping[str, PaperWanted],
    listed: frozenset[str],
    papers: Papers,
    exam: Exam,
) -> tuple[Setting, ...]:
    """How each of these people's booklets is set.

    Args:
        people: for whom booklets are printed.
        lost: the numbers of those that are printed again, by registration number.
        wanted: what the list on disk says of those who want another paper than usual.
        listed: the registration numbers on that list; who is not on it keeps the setting of a lost booklet.
        papers: what was printed before.
        exam: what is printed, for its languages.
    """
    return tuple(
        _setting_of_lost(lost[person.registration], papers)
        if person.registration in lost and person.registration not in listed
        else _setting(wanted.get(person.registration, PaperWanted()), exam)
        for person in people
    )


def set_apart(
    exam: Exam, dealt: tuple[int, ...], how: Sequence[Setting], spare: int, first: int
) -> tuple[int, ...]:
    """The variants of a printing's booklets with their settings; as ``dealt`` where all are set as usual.

    Args:
        exam: what is printed.
        dealt: the variants that were dealt to seats, if they were.
        how: the settings of the booklets for people; spare ones follow.
        spare: how many.
        first: the number of the first booklet.
    """
    each = (*how, *(Setting(language=exam.usual_language) for _ in range(spare)))
    if all(setting == USUAL for setting in each):
        return dealt
    variants = exam.variants
    plain = replace(variants, dealt=dealt, first=first) if dealt else variants
    return tuple(numbered(plain.of(first + n), setting) for n, setting in enumerate(each))


def _setting(wanted: PaperWanted, exam: Exam) -> Setting:
    there = wanted.language in exam.languages
    language = exam.languages.index(wanted.language) if there else exam.usual_language
    return Setting(wanted.size is PrintSize.LARGE, language)


def _setting_of_lost(booklet: int, papers: Papers) -> Setting:
    for printing in papers.finished:
        if booklet in printing.booklets:
            return setting_of(printing.variants.of(booklet))
    return USUAL
