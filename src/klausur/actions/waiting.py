"""What waits for a person: questions whose boxes are unclear, and images that are no page yet."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import answers, current, keep
from klausur.actions.status import WaitingImage
from klausur.read.model import Doubt
from klausur.store import pages, runs
from klausur.store.facts import StoredImage
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of a booklet that a person must settle: why, which boxes, and where to look.

    ``file`` and ``image`` (from 0) are the scanned file and the place in it; empty if the page is missing.
    """

    booklet: int
    question: str
    number: str
    doubts: tuple[Doubt, ...]
    fields: tuple[str, ...]
    page: int
    file: str
    image: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits, by booklet and question, and by image."""

    questions: tuple[OpenQuestion, ...]
    images: tuple[WaitingImage, ...]


def waiting(folder: Path) -> Waiting:
    """What a person must look at in an exam folder.

    Questions whose page is missing appear as long as some other page of their booklet is there.

    Raises:
        NotFoundError: nothing was printed yet.
        KlausurError: the exam's source has errors.
    """
    with opened(folder) as records:
        run = current.run()
        exam = current.exam(folder)
        layout = runs.layout(run)
        numbers = {q.id: q.number for q in exam.questions}
        images = pages.images()
        at = {(i.spot.booklet, i.spot.page): i for i in images if i.spot is not None}
        found: list[OpenQuestion] = []
        for booklet in answers.booklets(exam, run, layout):
            if not booklet.found:
                continue
            number = booklet.booklet.number
            page_of = {field.id: page for page, field in layout.fields(number)}
            for answer in booklet.answers:
                if answer.open:
                    page = page_of[answer.fields[0]]
                    found.append(
                        OpenQuestion(
                            number,
                            answer.question,
                            numbers[answer.question],
                            answer.doubts,
                            answer.fields,
                            page,
                            *_where(at.get((number, page))),
                        )
                    )
        return Waiting(
            tuple(found), tuple(WaitingImage(i, keep.shown(records, i)) for i in images if i.waiting)
        )


def _where(image: StoredImage | None) -> tuple[str, int | None]:
    return ("", None) if image is None else (image.name, image.index)
