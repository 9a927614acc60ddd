"""An exam at home for tests: printed blackened for some people, and their pages as they send them."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from tests import cast
from tests.actions.conftest import write_exam

from klausur.actions import home_papers, home_times, up_to_date
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.base.geometry import PAPERS
from klausur.rehearse import photo
from klausur.roster import made_up
from klausur.scan.model import Pixels
from klausur.state.facts import Actor, Author, Enrolled, Role
from klausur.state.hand_ins import HomePaper
from klausur.store import candidates
from klausur.store.folder import opened

HOME = """\
release = "2026-02-15 15:00"
"""
TABLE = """
[home]
questions = "2026-02-17 09:55"
until = "2026-02-17 10:40"
grace = 10
"""
EXTRA = 20
"""Minutes that the second candidate has more."""

EXAMINER = Author(cast.EXAMINER, "so it is")


def print_at_home(place: Path, people: int = 3, *, blackened: bool = True) -> Path:
    """An exam folder that was printed for so many people, who take it at home."""
    write_exam(place)
    toml = place / "exam.toml"
    toml.write_text(HOME + toml.read_text("utf-8") + TABLE, "utf-8")
    first, second, *others = made_up.made_up(people, seed=1)
    listed = (replace(first, extra_minutes=0), replace(second, extra_minutes=EXTRA), *others)
    made_up.write(listed, place / "candidates.csv")
    done = print_booklets(place, actor=cast.EXAMINER, wanted=PrintRequest(blackened=blackened), seed=11)
    assert done.folder is not None
    return place


def enrolled(place: Path) -> tuple[Enrolled, ...]:
    """The candidates, in the order of the list."""
    with opened(place):
        return candidates.enrolled()


def they(who: Enrolled) -> Author:
    """A candidate who acts for themselves."""
    return Author(Actor(who.candidate.registration, Role.CANDIDATE))


def hold(place: Path, *, release: float, questions: float, until: float, grace: int = 10) -> None:
    """Have the times hold that lie so many minutes from now."""
    now = datetime.now(UTC)
    home_times.set_times(
        place,
        EXAMINER,
        release=now + timedelta(minutes=release),
        questions=now + timedelta(minutes=questions),
        until=now + timedelta(minutes=until),
        grace=timedelta(minutes=grace),
    )


def paper(place: Path, who: Enrolled, which: HomePaper = HomePaper.BOOKLET) -> bytes:
    """A paper of somebody's as a PDF; that they fetch it is not recorded."""
    with opened(place) as records:
        booklet = home_papers.own_booklet(up_to_date.frame(records), who.id)
    assert booklet is not None
    return home_papers.read(place, booklet, which).data


def sheets(pdf: bytes, dpi: int = 150) -> list[Pixels]:
    """The pages of a PDF, RGB."""
    with pdfium.PdfDocument(pdf) as document:
        return [
            np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"), np.uint8) for page in document
        ]


def png(sheet: Pixels) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    Image.fromarray(sheet).convert("L").save(out, "PNG")
    return out.getvalue()


def photograph(sheet: Pixels, seed: int) -> bytes:
    """A sheet as a phone photographs it on a desk: a JPEG of some twelve megapixels."""
    rng = np.random.default_rng(seed)
    taken, quality = photo.take(sheet, photo.frame(PAPERS["a4"], photo.Take(), rng), rng)
    return bytes(cv2.imencode(".jpg", taken[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
