"""The exam day as the records tell it, put together once for every verb that looks at it.

Images, booklets with their Answers, whose each booklet is, and the extra sheets. Nothing is written here.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from klausur.actions import answers
from klausur.state.answers import BookletAnswers
from klausur.state.extras import Extra, extras
from klausur.state.owners import Tie, by_candidate, doubled, ties
from klausur.exam.variants import Exams
from klausur.paper.layout import Layout
from klausur.store import pages
from klausur.state.facts import StoredImage, StoredRun


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of an exam day.

    Attributes:
        images: all images as they stand, in the order of files.
        booklets: all booklets with their Answers, by number.
        used: the booklets of which anything is known.
        ties: whose each booklet is, by number.
        extras: the extra sheets that were found, by number.
    """

    images: tuple[StoredImage, ...]
    booklets: tuple[BookletAnswers, ...]
    used: AbstractSet[int]
    ties: tuple[Tie, ...]
    extras: tuple[Extra, ...]

    @property
    def booklet_of(self) -> Mapping[str, int]:
        """The used booklet of each candidate who has one, by registration number."""
        return by_candidate(self.ties, self.used)

    @property
    def maybe(self) -> Mapping[str, tuple[int, ...]]:
        """The open booklets that may be a candidate's, by registration number."""
        return doubled(self.ties)


def day(exams: Exams, run: StoredRun, layout: Layout) -> Day:
    """Put together what the records of the open folder say."""
    images = pages.images()
    booklets = tuple(answers.booklets(exams, run, layout, images))
    used = {b.booklet.number for b in booklets if b.used}
    found = ties(run, images, used, answers.disputed(images))
    return Day(images, booklets, used, found, extras(run, images, found))
