"""The exams of the site that is looked at: one in which everything waits for people, and others with less."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from shutil import copytree

import cv2
import numpy as np
from tests import cast
from tests.actions.conftest import FILE, TOML, nowhere, write_exam
from tests.exams import by_hand
from tests.home_exam import enrolled, hold, paper, png, print_at_home, sheets, they
from tests.web import short_answers
from tests.web.looks_site import BOOKLETS, PEOPLE
from tests.web.scans_site import some_pages
from tests.web.test_grading_browser import GRADIENTS

from klausur.actions import arrange_judging, audit_marks
from klausur.actions.hand_in import SentFile, hand_in
from klausur.actions.home_papers import fetch
from klausur.actions.judge import Ticked, judge
from klausur.actions.judging_queue import park
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.actions.see_hand_ins import see
from klausur.rehearse.level import Level
from klausur.roster import made_up
from klausur.scan.model import Reason
from klausur.state.arrangements import Assigned, JudgingRules, Part, SecondCorrection
from klausur.state.facts import Actor, Author, Role
from klausur.state.hand_ins import HomePaper
from klausur.state.judgements import Round
from klausur.store import derive, judgements, pages
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame

MORE = r"""
## The derivative {#short credits=2 space=26mm step=0.5}

What is the derivative of $\tanh$?

::: solution
$1 - \tanh^2(x)$
:::

::: rubric
- [+1] the one
- [+1] the square
- [-0.5 each] a wrong sign
:::

## Why batch normalisation is left out in the last layer {#remark credits=1 space=26mm}

Say why, in one sentence.

::: solution
It would take the scale of the outputs away.
:::

::: rubric
- [+1] the outputs need their scale
:::
"""

EVIDENCE = """\
from klausur.evidence import exact


@exact("letters", choice="The letter A")
def first() -> bool:
    return "A" in "AEIOU"


@exact("letters", choice="The letter B")
def second() -> bool:
    return "B" in "AEIOU"
"""

WRITTEN = ("128", "124", "31", "128", "124", "128", "128", "92", "124", "128", "4", "128", "124", "128")
JUDGED = 4
"""So many of them, the first."""

ADA = Author(Actor(PEOPLE["examiner"], Role.EXAMINER), "so that all are judged in time")
KONRAD, KIM = (Author(Actor(PEOPLE[who], Role.CORRECTOR)) for who in ("corrector", "other"))


def write_exams(place: Path) -> None:
    """Write them below ``exams``: whole, plain, printed, fresh, alike, gone and broken; and one beside them.

    The one that is ``gone`` will be, and that beside is served ``alone``.
    """
    folder = place / "exams"
    plain, printed = folder / "plain", folder / "printed"
    _titled(plain, "Linear algebra for the life sciences, second sitting")
    made_up.write(made_up.made_up(4, seed=3), plain / "candidates.csv")
    print_booklets(plain, actor=cast.EXAMINER, seed=11)
    copytree(plain, printed)
    _retitle(printed, "A quiz that is printed")
    rehearse(plain, actor=cast.EXAMINER, seed=11, level=Level.LIGHT, jobs=1)
    scan(plain, [plain / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    for name, title in (("fresh", "An exam that is begun"), ("gone", "An exam whose folder is gone")):
        _titled(folder / name, title)
    copytree(folder / "fresh", place / "alone")
    _whole(folder / "whole")
    _alike(folder / "alike")
    _broken(folder / "whole", folder / "broken")
    _at_home(folder / "home")


def _at_home(folder: Path) -> None:
    """Three have fetched their booklets; of two something is handed in, of the second too late."""
    print_at_home(folder, 4)
    hold(folder, release=-90, questions=-60, until=25)
    people, now = enrolled(folder), datetime.now(UTC)
    for who in people[:3]:
        fetch(folder, who, HomePaper.BOOKLET, they(who), now=now)
    own = [sheets(paper(folder, who), 110) for who in people[:3]]
    asked = sheets(paper(folder, people[0], HomePaper.QUESTIONS), 110)
    upside_down = own[0][1][::-1, ::-1].copy()
    small = cv2.GaussianBlur(own[0][2], (0, 0), 6.0)
    for who, images, when in (
        (people[0], (own[0][0], upside_down, asked[1], own[1][1], small), now),
        (people[1], own[1], now + timedelta(hours=2)),
    ):
        sent = []
        for n, image in enumerate(images, start=1):
            path = folder.with_name(f"IMG_{n:04}.png")
            path.write_bytes(png(np.asarray(image, np.uint8)))
            sent.append(SentFile(path, f"IMG_2026_02_17_{n:04}.png"))
        hand_in(folder, who, sent, they(who), act=f"look-{who.id}", now=when)
        for each in sent:
            each.path.unlink()
    see(folder, actor=cast.EXAMINER, jobs=0)


def _titled(folder: Path, title: str) -> None:
    write_exam(folder)
    _retitle(folder, title)


def _retitle(folder: Path, title: str) -> None:
    (folder / "exam.toml").write_text(TOML.replace("A small exam", title), encoding="utf-8")


def _whole(folder: Path) -> None:
    """Stickers, attendance lists and extra sheets; unclear boxes, images that wait; judged in part."""
    _titled(folder, "Deep Learning, winter term")
    (folder / "problems/2-words.md").write_text(GRADIENTS + MORE, encoding="utf-8")
    (folder / "problems/1-choices.py").write_text(EVIDENCE, encoding="utf-8")
    made_up.write(made_up.made_up(BOOKLETS, seed=1), folder / "candidates.csv")
    print_booklets(
        folder, actor=cast.EXAMINER, seed=11, wanted=PrintRequest(stickers="L7160", extras=3, spare=1)
    )
    rehearse(folder, actor=cast.EXAMINER, seed=11, level=Level.HARD, corrected=False, jobs=1)
    scan(folder, [folder / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    _more_waits(folder)
    _judged(folder)
    audit_marks.draw(folder, 40, KONRAD, seed=1)


def _alike(folder: Path) -> None:
    """Short answers in which the same is written; some are judged, and the others come as groups."""
    layout = short_answers.printed(folder, len(WRITTEN))
    _retitle(folder, "Short answers")
    scan(folder, [short_answers.written(folder, layout, WRITTEN)], actor=cast.EXAMINER, jobs=0)
    for booklet, text in enumerate(WRITTEN[:JUDGED], start=1):
        right = Ticked({"1": 1, "2": 1} if text == "128" else {"1": 1})
        judge(folder, booklet, "word", right, KIM, act=f"alike {booklet}")


def _broken(sound: Path, folder: Path) -> None:
    """Records that have lost a table."""
    copytree(sound, folder)
    with closing(sqlite3.connect(folder / ".klausur" / "db.sqlite3")) as records:
        records.execute("DROP TABLE store_auditevent")


def _more_waits(folder: Path) -> None:
    """Pages that are there twice, a page that is scanned again, and images that are none."""
    first = min((folder / "rehearsal").glob("*.pdf"))
    beside = folder.parent.parent
    rehearse(folder, actor=cast.EXAMINER, seed=14, out=beside / "other", level=Level.LIGHT, jobs=1)
    other = min((beside / "other").glob("*.pdf"))
    files = [some_pages(first, beside / "again.pdf", [4]), some_pages(other, beside / "second.pdf", [4, 7])]
    scan(folder, files, actor=cast.EXAMINER, jobs=0)
    with opened(folder), by_hand():
        pages.append_file(FILE, "odd.pdf", 3)
        for index, reason in enumerate((Reason.NO_CODE, Reason.BLANK, Reason.FAILED)):
            pages.append(nowhere(index, reason))
        derive.refresh(Frame(folder), EVERYTHING)


def _judged(folder: Path) -> None:
    """One question is judged twice and differs, another in part; one answer is put aside; some are due."""
    with opened(folder):
        there = {name: judgements.open_answers(name) for name in ("word", "short", "remark")}
    for n, booklet in enumerate(there["remark"]):
        ticked = Ticked(
            {"1": 1} if n % 3 else {}, comment="" if n % 3 else "the scale is what matters: $x^2$"
        )
        judge(folder, booklet, "remark", ticked, KIM, act=f"first {booklet}")
    second = SecondCorrection(percent=100, tolerance=Fraction(1, 2))
    arrange_judging.set_rules(folder, "remark", JudgingRules(second), ADA)
    for n, booklet in enumerate(there["remark"]):
        judge(
            folder, booklet, "remark", Ticked({"1": 1} if n % 2 else {}), KONRAD, act=f"second {booklet}",
            handed=Round.SECOND,
        )  # fmt: skip
    two = Ticked({"1.1": 1, "1.2": 1, "3": 1}, comment="ReLU, plainly")
    for booklet in there["word"][:3]:
        judge(folder, booklet, "word", two, KIM, act=f"word {booklet}")
    park(folder, there["word"][3], "word", "Is gradient clipping a change?", KONRAD, act="park")
    today = datetime.now(UTC).date()
    for to, part, due in ((KONRAD, 1, today + timedelta(days=2)), (KIM, 2, today - timedelta(days=1))):
        share = Assigned(to.actor.name, Part(part, 2), due=due, note="before the meeting")
        arrange_judging.assign(folder, "short", share, ADA)
