"""An exam at home: papers fetched, files handed in, seen, decided and taken; by nobody for others."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from tests import cast
from tests.exams import copy_exam
from tests.home_exam import EXAMINER, EXTRA, enrolled, paper, png, print_at_home, sheets, they

from klausur.actions import (
    hand_in,
    home_desk,
    home_papers,
    home_times,
    reread,
    see_hand_ins,
    take_hand_ins,
    verify,
)
from klausur.actions.hand_in import SentFile
from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.scan.model import Pixels, Reason
from klausur.state.facts import Enrolled, Standing
from klausur.state.hand_ins import HomePaper, LateVerdict, Sight, StoredHandIn, sights
from klausur.store import hand_ins, pages
from klausur.store.folder import opened

RELEASE = datetime(2026, 2, 15, 15).astimezone()
BEGINS = datetime(2026, 2, 17, 10).astimezone()
UNTIL = datetime(2026, 2, 17, 10, 40).astimezone()
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Printed for three at home. Copy it before use."""
    return print_at_home(tmp_path_factory.mktemp("home") / "exam")


@pytest.fixture
def folder(printed: Path, tmp_path: Path) -> Path:
    return copy_exam(printed, tmp_path / "exam")


@pytest.fixture(scope="module")
def booklets(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[Pixels]]:
    """The pages of everybody's booklet, as they lie on the scanner."""
    place = copy_exam(printed, tmp_path_factory.mktemp("paper") / "exam")
    return [sheets(paper(place, who)) for who in enrolled(place)]


def hand(
    folder: Path,
    who: Enrolled,
    images: Sequence[Pixels],
    *,
    now: datetime = BEGINS,
    again: Sequence[str] = (),
    act: str = "",
) -> StoredHandIn:
    sent = []
    for n, image in enumerate(images, start=1):
        path = folder.parent / f"{uuid.uuid4()}.png"
        path.write_bytes(png(image))
        sent.append(SentFile(path, f"IMG_{n}.png"))
    return hand_in.hand_in(folder, who, sent, they(who), act=act or str(uuid.uuid4()), now=now, again=again)


def seen(folder: Path, number: int) -> list[tuple[Sight, int]]:
    see_hand_ins.see(folder, actor=cast.EXAMINER, jobs=0)
    with opened(folder):
        found = hand_ins.one(number)
    assert found is not None
    return [(sight, page.page) for page, sight in sights(found.seen or (), found.booklet)]


def said(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def test_each_fetches_their_own_papers_from_their_times_on(folder: Path) -> None:
    ada, bo, _ = enrolled(folder)
    own = home_papers.fetch(folder, ada, HomePaper.BOOKLET, they(ada), now=RELEASE)
    assert ada.candidate.name in said(own.data)
    assert bo.candidate.name not in said(own.data)
    assert "vowels" not in said(own.data)
    with pytest.raises(RefusedError, match="not released"):
        home_papers.fetch(folder, ada, HomePaper.BOOKLET, they(ada), now=RELEASE - MINUTE)
    with pytest.raises(RefusedError, match="not released"):
        home_papers.fetch(folder, ada, HomePaper.QUESTIONS, they(ada), now=BEGINS - 6 * MINUTE)
    asked = home_papers.fetch(folder, ada, HomePaper.QUESTIONS, they(ada), now=BEGINS - 5 * MINUTE)
    assert "vowels" in said(asked.data)
    assert "DO NOT SCAN OR UPLOAD" in said(asked.data)
    for _ in range(2):
        home_papers.fetch(folder, ada, HomePaper.BOOKLET, they(ada), now=BEGINS)
    with opened(folder):
        assert [(f.candidate, f.paper, f.when) for f in hand_ins.fetches()] == [
            (ada.id, HomePaper.BOOKLET, RELEASE),
            (ada.id, HomePaper.QUESTIONS, BEGINS - 5 * MINUTE),
        ]
    excluded = replace(bo, standing=Standing.EXCLUDED)
    with pytest.raises(RefusedError, match="do not take"):
        home_papers.fetch(folder, excluded, HomePaper.BOOKLET, they(bo), now=BEGINS)


def test_booklets_that_are_not_blackened_are_never_given_out(tmp_path: Path) -> None:
    folder = print_at_home(tmp_path / "exam", 2, blackened=False)
    (ada, _) = enrolled(folder)
    with pytest.raises(NotFoundError, match="no booklet"):
        home_papers.fetch(folder, ada, HomePaper.BOOKLET, they(ada), now=BEGINS)
    with pytest.raises(NotFoundError, match="no booklet"):
        hand(folder, ada, [np.zeros((9, 9, 3), np.uint8)])
    assert home_desk.look(folder, now=BEGINS).rows == ()


def test_all_pages_are_told_one_by_one(folder: Path, booklets: list[list[Pixels]]) -> None:
    ada, bo, _ = enrolled(folder)
    first, second, *rest = booklets[0]
    questions = sheets(paper(folder, ada, HomePaper.QUESTIONS))
    made = hand(
        folder,
        ada,
        [
            first,
            np.ascontiguousarray(second[::-1, ::-1]),
            first[:, ::-1],
            questions[1],
            booklets[1][1],
            first,
        ],
    )
    told = seen(folder, made.id)
    assert [sight for sight, _ in told] == [
        Sight.FOUND,
        Sight.FOUND,
        told[2][0],
        Sight.QUESTION_PAPER,
        Sight.OTHER_BOOKLET,
    ]
    assert told[2][0] not in {Sight.FOUND, Sight.AGAIN}
    own = hand_in.own(folder, ada)
    (kept,) = own.hand_ins
    assert kept.seen is not None
    assert [page.upside_down for page in kept.seen[:2]] == [False, True]
    assert len(kept.files) == 5  # the first page was sent twice: the same bytes are one file
    assert own.pages == 2 + len(rest)
    assert own.counting == kept
    assert hand_in.own(folder, bo).hand_ins == ()
    with opened(folder) as records:
        assert all((records.scans / file.sha256).is_file() for file in kept.files)
        assert not pages.files()


def test_the_last_that_is_complete_counts_and_all_are_kept(
    folder: Path, booklets: list[list[Pixels]]
) -> None:
    ada, _, cleo = enrolled(folder)
    act = str(uuid.uuid4())
    one = hand(folder, ada, booklets[0][:1], act=act)
    assert hand(folder, ada, booklets[0][:1], act=act) == one
    with pytest.raises(UsageError, match="something else"):
        hand(folder, cleo, booklets[2], act=act)
    two = hand(folder, ada, booklets[0][1:], again=[one.files[0].sha256])
    assert two.version == 2
    three = hand(folder, ada, booklets[0][:1])
    with pytest.raises(UsageError, match="none that you have handed in"):
        hand(folder, cleo, [], again=[one.files[0].sha256])
    seen(folder, three.id)
    own = hand_in.own(folder, ada)
    assert [each.version for each in own.hand_ins] == [1, 2, 3]
    assert own.counting is not None
    assert own.counting.id == two.id


def test_what_is_late_is_taken_and_decided(folder: Path, booklets: list[list[Pixels]]) -> None:
    ada, bo, _ = enrolled(folder)
    in_grace = hand(folder, ada, booklets[0][:1], now=UNTIL + 10 * MINUTE)
    late = hand(folder, ada, booklets[0], now=UNTIL + 11 * MINUTE)
    hand(folder, bo, booklets[1], now=UNTIL + (10 + EXTRA) * MINUTE)
    seen(folder, late.id)

    def counts() -> int | None:
        found = hand_in.own(folder, ada).counting
        return None if found is None else found.id

    desk = home_desk.look(folder, now=UNTIL)
    assert [each.id for each in desk.open] == [late.id]
    assert counts() == in_grace.id
    with pytest.raises(UsageError, match="has a reason"):
        home_desk.decide(folder, late.id, LateVerdict.ACCEPTED, replace(EXAMINER, why=" "))
    with pytest.raises(RefusedError, match="in time"):
        home_desk.decide(folder, in_grace.id, LateVerdict.REFUSED, EXAMINER)
    home_desk.decide(folder, late.id, LateVerdict.ACCEPTED, EXAMINER, seen=0)
    assert counts() == late.id
    with pytest.raises(MeanwhileError):
        home_desk.decide(folder, late.id, LateVerdict.REFUSED, EXAMINER, seen=0)
    home_desk.decide(folder, late.id, LateVerdict.UNDONE, EXAMINER)
    with pytest.raises(RefusedError, match="nothing is decided"):
        home_desk.decide(folder, late.id, LateVerdict.UNDONE, EXAMINER)
    home_desk.decide(folder, late.id, LateVerdict.REFUSED, EXAMINER)
    assert counts() == in_grace.id
    assert home_desk.look(folder, now=UNTIL).open == ()
    home_times.set_times(folder, EXAMINER, until=UNTIL + 5 * MINUTE)
    assert counts() == late.id  # by the times that hold now it was in time
    assert verify.verify(folder, actor=cast.EXAMINER).holds


def test_what_counts_is_scanned_and_a_page_of_another_is_tied_to_nobody(
    folder: Path, booklets: list[list[Pixels]], tmp_path: Path
) -> None:
    ada, bo, cleo = enrolled(folder)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nno page at all")
    sent = [SentFile(broken, "broken.pdf")]
    first = hand_in.hand_in(folder, ada, sent, they(ada), act=str(uuid.uuid4()), now=BEGINS)
    again = [file.sha256 for file in first.files]
    hand(folder, ada, [*booklets[0], booklets[1][1]], again=again)  # with a page of Bo's
    waits = hand(folder, bo, booklets[1][:1])
    now = UNTIL + 11 * MINUTE  # Bo has more time
    done = take_hand_ins.take(folder, EXAMINER, now=now, jobs=0)
    assert done.waits == 1
    with opened(folder):
        counting = {image.spot for image in pages.images() if image.spot is not None}
        (held,) = pages.images(waiting=True)
    own = home_desk.look(folder, now=now).rows[0]
    assert {spot.booklet for spot in counting} == {own.booklet}
    assert len(counting) == len(booklets[0])
    assert held.unplaced is not None
    assert held.unplaced.reason is Reason.OTHER_CANDIDATE
    assert ada.candidate.registration in held.unplaced.detail
    assert held.name.startswith(ada.candidate.registration)
    assert (own.taken, own.foreign) == (True, 1)
    with pytest.raises(RefusedError, match="handed in by somebody"):
        reread.reread(folder, [held.id], actor=cast.EXAMINER, jobs=0)
    assert take_hand_ins.take(folder, EXAMINER, now=now, jobs=0).scanned is None
    later = take_hand_ins.take(folder, EXAMINER, now=now + EXTRA * MINUTE, jobs=0)
    assert later.hand_ins == (waits.id,)
    with opened(folder):
        assert len([i for i in pages.images() if i.spot is not None]) == len(booklets[0]) + 1
    assert not home_desk.look(folder, now=now).rows[2].hand_ins
    assert cleo.candidate.registration not in {i.name for i in (held,)}
    assert verify.verify(folder, actor=cast.EXAMINER).holds


def test_times_that_cannot_be_are_refused(folder: Path) -> None:
    for wrong in (
        {"questions": RELEASE - MINUTE},
        {"until": BEGINS - 10 * MINUTE},
        {"grace": timedelta(hours=4)},
    ):
        with pytest.raises(UsageError):
            home_times.set_times(folder, EXAMINER, **wrong)
    found = home_times.times(folder)
    assert found is not None
    assert (found.release, found.until, found.grace) == (RELEASE, UNTIL, 10 * MINUTE)


def test_what_cannot_be_handed_in_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    ada, *_ = enrolled(folder)
    path = tmp_path / "x"
    path.write_bytes(b"no image at all")

    def tries(name: str, now: datetime = BEGINS) -> None:
        sent = [SentFile(path, name)]
        hand_in.hand_in(folder, ada, sent, they(ada), act=str(uuid.uuid4()), now=now)

    for name in ("x.png", "../../etc/passwd", "a\x00b"):
        with pytest.raises(KlausurError):
            tries(name)
    with pytest.raises(RefusedError, match="before booklets"):
        tries("x.png", RELEASE - MINUTE)
    with pytest.raises(UsageError, match="1 to"):
        hand_in.hand_in(folder, ada, [], they(ada), act=str(uuid.uuid4()), now=BEGINS)
    assert hand_in.own(folder, ada).hand_ins == ()
