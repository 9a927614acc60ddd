"""Which answers to a question look alike: put together by workers of what lies beside answers' pictures.

One file for each question holds what each of its short answers looks like, and the groups these make. It is
no record: where it is lost, nobody is told what looks alike until pictures are made again.
"""

import hashlib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from klausur.actions import up_to_date
from klausur.actions.judging_groups import Like
from klausur.base.errors import NotFoundError
from klausur.paper.fields import SPACES
from klausur.paper.layout import Layout
from klausur.read import card as cards
from klausur.read.card_paths import ALIKE
from klausur.read.likeness import Inks
from klausur.site import files, kept_pictures
from klausur.site.models import Exam
from klausur.state.facts import Spot
from klausur.store import pages
from klausur.store.folder import opened

KEPT = 32
"""Questions of which a process remembers what their answers look like: some 400 kB for 1,000 answers."""


class LikeAnswers(msgspec.Struct, frozen=True, dict=True):
    """Short answers to a question: booklets, with the image, the ink and the group of each; 0 for none.

    ``width`` is how many numbers stand for a character, ``reader`` the card of who made them.
    """

    booklets: tuple[int, ...]
    images: tuple[int, ...]
    inks: tuple[bytes, ...]
    groups: tuple[int, ...]
    width: int
    reader: str

    def nearest(self, booklet: int, most: int, among: frozenset[int]) -> list[int]:
        """The booklets among these whose answers are most like one's, the likest first."""
        if booklet not in self.booklets:
            return []
        places = [n for n, number in enumerate(self.booklets) if number in among]
        return [self.booklets[n] for n in self._ink.nearest(self.booklets.index(booklet), most, places)]

    @cached_property
    def grouped(self) -> Mapping[int, Like]:
        """Which group an answer belongs to, by booklet; without those that are in none."""
        told = zip(self.booklets, self.groups, self.images, strict=True)
        return {booklet: Like(group, image) for booklet, group, image in told if group}

    @cached_property
    def _ink(self) -> Inks:
        return Inks(self.inks, self.width)


_READ = msgspec.msgpack.Decoder(LikeAnswers)
_WRITE = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class _Space:
    """The only space in which a booklet's answer to a question is written."""

    question: str
    booklet: int
    page: int
    field: str


def look(exam: Exam, question: str) -> LikeAnswers | None:
    """What was put together of a question's answers, if it was, and by the reader that is here."""
    here, key = files.here(), _key(exam, question)
    try:
        known = _decoded(here, key, here.stamp(key))
    except (NotFoundError, msgspec.MsgspecError):
        return None
    return known if known.reader == ALIKE.stem else None


@lru_cache(maxsize=KEPT)
def _decoded(here: files.Files, key: str, stamp: Hashable) -> LikeAnswers:
    """What stands in a file, once for each that was put: to decode 1,000 answers takes 4 ms of each look.

    A file that is put between its stamp and here is known by the older one, and read again at the next look.
    """
    del stamp
    with here.open(key) as found:
        return _READ.decode(found.read())


def keep(exam: Exam, question: str, made: LikeAnswers) -> None:
    """Keep what was put together of a question's answers."""
    files.here().put(_key(exam, question), [_WRITE.encode(made)])


def put_together(exam: Exam, folder: Path) -> int:
    """Put together what short answers look like, question by question; how many answers these are."""
    with opened(folder) as records:
        layout = up_to_date.look(records).layout
        spaces = list(_spaces(layout))
        images = pages.at({Spot(each.booklet, each.page) for each in spaces})
    inks = {spot: kept_pictures.inks(exam, image) for spot, image in images.items()}
    by_question: dict[str, list[tuple[int, int, bytes]]] = {}
    for each in spaces:
        spot = Spot(each.booklet, each.page)
        ink = inks.get(spot, {}).get(each.field)
        if ink:
            by_question.setdefault(each.question, []).append((each.booklet, images[spot].id, ink))
    for question, found in by_question.items():
        keep(exam, question, _grouped(found))
    return sum(map(len, by_question.values()))


def _grouped(found: list[tuple[int, int, bytes]]) -> LikeAnswers:
    """Answers by booklet, image and ink, in groups."""
    card, _ = cards.read(ALIKE)
    width = int(card.data["bottleneck"])
    inks = tuple(ink for _, _, ink in found)
    groups = [0] * len(found)
    for number, members in enumerate(Inks(inks, width).groups(), start=1):
        for member in members:
            groups[member] = number
    return LikeAnswers(
        tuple(booklet for booklet, _, _ in found),
        tuple(image for _, image, _ in found),
        inks,
        tuple(groups),
        width,
        ALIKE.stem,
    )


def _spaces(layout: Layout) -> Iterator[_Space]:
    """The spaces of answers that are written at a single place."""
    for booklet in layout.booklets:
        found: dict[str, list[_Space]] = {}
        for page, field in layout.fields(booklet.number):
            if field.kind in SPACES and field.question is not None:
                space = _Space(field.question, booklet.number, page, field.id)
                found.setdefault(field.question, []).append(space)
        yield from (only for only, *more in found.values() if not more)


def _key(exam: Exam, question: str) -> str:
    return f"pictures/{exam.pk}/like/{hashlib.sha256(question.encode()).hexdigest()[:32]}"
